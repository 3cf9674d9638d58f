/** Other people's fuzzy search, over the different names of the corpus, called as their documentation advises for speed. */

import type { Peer } from 'pairbench/define';
import type { SymbolFile } from './corpus.ts';
import { type Engine, LIMIT } from './engine.ts';

const MIX = ['query-100k', 'query-sample'];
const OTHERS = ['query-1-letter', 'query-typing', 'query-no-match'];

async function uFuzzy(): Promise<Engine> {
  const { default: UFuzzy } = await import('@leeoniya/ufuzzy');
  const engine = new UFuzzy();
  return {
    searchNames: (given) => {
      const names = [...given];
      const nameAt = (at: number) => names[at] as string;
      return (text) => {
        const [found, info, order] = engine.search(names, text);
        if (found === null) return [];
        if (order === null) return found.slice(0, LIMIT).map(nameAt);
        return order.slice(0, LIMIT).map((at) => nameAt(info.idx[at] as number));
      };
    },
  };
}

async function fuzzysort(): Promise<Engine> {
  const { default: engine } = await import('fuzzysort');
  return {
    searchNames: (names) => {
      const snapshot = engine.snapshot(names);
      return (text) =>
        engine.go(text, snapshot, { limit: LIMIT, threshold: 0 }).map((result) => result.target);
    },
  };
}

async function fzf(): Promise<Engine> {
  const { Fzf } = await import('fzf');
  return {
    searchNames: (names) => {
      const finder = new Fzf([...names], { limit: LIMIT, casing: 'case-insensitive', fuzzy: 'v1' });
      return (text) => finder.find(text).map(({ item }: { item: string }) => item);
    },
  };
}

async function fuse(): Promise<Engine> {
  const { default: Fuse } = await import('fuse.js');
  return {
    searchNames: (names) => {
      const finder = new Fuse(names);
      return (text) => finder.search(text, { limit: LIMIT }).map((result) => result.item);
    },
  };
}

/** What one writes without a package: the names that have the text in them, the earliest and then the shortest first. */
async function mapSubstring(): Promise<Engine> {
  return {
    searchNames: (names) => {
      const entries = [...new Map(names.map((name) => [name, name.toLowerCase()]))];
      return (text) => {
        const folded = text.toLowerCase();
        const found: { readonly name: string; readonly at: number }[] = [];
        for (const [name, lower] of entries) {
          const at = lower.indexOf(folded);
          if (at >= 0) found.push({ name, at });
        }
        found.sort((a, b) => a.at - b.at || a.name.length - b.name.length);
        return found.slice(0, LIMIT).map(({ name }) => name);
      };
    },
  };
}

/** From each name to the symbols that have it, as objects: what is compared is its memory. */
async function javascriptMap(): Promise<Engine> {
  let held: ReadonlyMap<string, readonly object[]> = new Map();
  return {
    holdSymbols: (files: readonly SymbolFile[]) => {
      const byName = new Map<string, object[]>();
      for (const { path, symbols } of files) {
        for (const { name, kind, container, line, column } of symbols) {
          const symbol = { name, kind, container, file: path, line, column };
          const same = byName.get(name);
          if (same === undefined) byName.set(name, [symbol]);
          else same.push(symbol);
        }
      }
      held = byName;
      return [...held.values()].reduce((sum, symbols) => sum + symbols.length, 0);
    },
  };
}

export const peers = [
  {
    id: 'ufuzzy',
    load: uFuzzy,
    cases: MIX,
    slowCases: OTHERS,
    note: '@leeoniya/ufuzzy with its defaults: letters side by side within a part of a name, where ours may have others between; with `intraIns` for that it takes about 1.7 times as long. More than 1,000 names that match are not ranked.',
  },
  {
    id: 'fuzzysort',
    load: fuzzysort,
    cases: MIX,
    slowCases: OTHERS,
    note: 'a snapshot of the names, every match (`threshold: 0`).',
  },
  {
    id: 'fzf',
    load: fzf,
    cases: ['query-sample'],
    slowCases: OTHERS,
    note: 'the quicker algorithm (`v1`).',
  },
  {
    id: 'fuse',
    load: fuse,
    cases: [],
    slowCases: ['query-sample'],
    note: 'fuse.js with its defaults, its index made before.',
  },
  {
    id: 'map-substring',
    load: mapSubstring,
    cases: MIX,
    slowCases: OTHERS,
    control: true,
    note: 'a control: `includes` in names that were made lower-case before, sorted by position and length; nothing fuzzy.',
  },
  {
    id: 'javascript-map',
    load: javascriptMap,
    cases: ['index-100k'],
    control: true,
    note: 'a control: a Map from name to an array of objects, for its memory. It answers no query.',
  },
] as const satisfies readonly Peer<Engine>[];
