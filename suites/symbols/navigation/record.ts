/** Writes addons/symbols/EXTRACTION.md: the symbols of whole packages against TypeScript's navigation tree. Minutes. */

import { writeFileSync } from 'node:fs';
import ts from 'typescript-5';
import { ADDED, LEFT_OUT, MOVED } from './classes.ts';
import type { Difference } from './compare.ts';
import { type Compared, comparisons } from './sources.ts';

const FILE = new URL('../../../addons/symbols/EXTRACTION.md', import.meta.url);

interface Package {
  files: number;
  symbols: number;
  both: number;
  leftOut: number;
  moved: number;
}

interface Class {
  count: number;
  example: string;
}

const packages = new Map<string, Package>();
const kinds = new Map<string, number>();
const classes = new Map<string, Class>();
const unexplained: string[] = [];

for await (const compared of comparisons()) {
  const name = /^(@[^/]+\/)?[^/]+/.exec(compared.id)?.[0] as string;
  const row = packages.get(name) ?? { files: 0, symbols: 0, both: 0, leftOut: 0, moved: 0 };
  packages.set(name, {
    files: row.files + 1,
    symbols: row.symbols + compared.symbols,
    both: row.both + compared.kinds.length,
    leftOut: row.leftOut + compared.leftOut.length,
    moved: row.moved + compared.moved.length,
  });
  for (const [tree, index] of compared.kinds) {
    const key = `${tree === '' ? '(none)' : tree} | ${index}`;
    kinds.set(key, (kinds.get(key) ?? 0) + 1);
  }
  for (const side of ['leftOut', 'added', 'moved'] as const)
    for (const difference of compared[side]) count(side, compared, difference);
}

function count(side: string, { id, text }: Compared, { why, name, offset }: Difference<string>): void {
  const line = text.slice(0, offset).split(/\r\n|\n|\r/).length;
  const example = `${id}:${line} \`${name.slice(0, 60).replaceAll('|', '\\|').replaceAll('`', '')}\``;
  if (why === undefined) unexplained.push(`${side}: ${example}`);
  const known = classes.get(`${side} ${why}`);
  classes.set(`${side} ${why}`, { count: (known?.count ?? 0) + 1, example: known?.example ?? example });
}

const number = (value: number): string => value.toLocaleString('en');

const classTable = (side: string, reasons: Readonly<Record<string, string>>): string =>
  [
    '| | | such as | why |',
    '| --- | ---: | --- | --- |',
    ...Object.entries(reasons).map(([why, reason]) => {
      const { count: found, example } = classes.get(`${side} ${why}`) ?? { count: 0, example: '' };
      return `| ${why} | ${number(found)} | ${example} | ${reason} |`;
    }),
  ].join('\n');

const sum = (field: keyof Package): number =>
  [...packages.values()].reduce((total, row) => total + row[field], 0);

const packageRow = (name: string, { files, symbols, both, leftOut, moved }: Package): string =>
  `| ${name} | ${[files, symbols, both, symbols - both, leftOut, moved].map(number).join(' | ')} |`;

const total: Package = {
  files: sum('files'),
  symbols: sum('symbols'),
  both: sum('both'),
  leftOut: sum('leftOut'),
  moved: sum('moved'),
};

const text = `# What is extracted, against an editor's outline

Written by \`node suites/symbols/navigation/record.ts\`. The symbols that the addon finds in whole packages are held against the navigation tree of TypeScript ${ts.version}'s language
service, symbol by symbol, by the place of the name. Every difference is of one of the classes below, each of which is a rule over the syntax (\`suites/symbols/navigation/classes.ts\`);
a test fails on one that is not. Differences of no class: **${unexplained.length}**.

The tree is an outline: it has locals, imports, the properties of every object, and functions without names. The index answers "where is it declared", and leaves them out.

## Packages

Those of the suite's corpus, at the versions of the lockfile; \`typescript.js\` (9 MB) is left out.

| package | files | symbols | in both | in the index alone | in the tree alone | under another container |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${[...packages].map(([name, row]) => packageRow(name, row)).join('\n')}
${packageRow('all', total)}

## In the tree alone

${classTable('leftOut', LEFT_OUT)}

## In the index alone

${classTable('added', ADDED)}

## Under another container

${classTable('moved', MOVED)}

## Kinds of what both have

The tree says \`const\` of a constant and \`class\` of a function with a prototype; the index says what the value is.

| tree | index | |
| --- | --- | ---: |
${[...kinds]
  .sort(([, one], [, other]) => other - one)
  .map(([key, found]) => `| ${key} | ${number(found)} |`)
  .join('\n')}
`;

writeFileSync(FILE, text);
if (unexplained.length > 0) {
  console.error(unexplained.join('\n'));
  process.exitCode = 1;
}
