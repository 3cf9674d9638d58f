/** The examples of rules, held against the rules: a rule that does not do what its writer thought is found at once. */

import type { CommandRule, PathRule, Policy } from '../contract.ts';
import { ruleMatches } from './commands.ts';
import { patternOf } from './names.ts';
import { lexicalComponents } from './paths.ts';

export function exampleIssues(policy: Policy): string[] {
  return [
    ...(policy.paths ?? []).flatMap((rule) => pathIssues(rule, policy)),
    ...(policy.commands ?? []).flatMap(commandIssues),
  ];
}

function commandIssues(rule: CommandRule): string[] {
  return issuesOf(rule, (argv: readonly string[]) => ruleMatches(rule, argv));
}

function pathIssues(rule: PathRule, policy: Policy): string[] {
  const roots = policy.roots.map((root) => root.path);
  const places = placesOf(rule.path, roots);
  return issuesOf(rule, (path: string) =>
    placesOf(path, roots).some((inner) => places.some((outer) => isFoldedWithin(inner, outer))),
  );
}

function issuesOf<T>(rule: CommandRule | PathRule, matches: (example: T) => boolean): string[] {
  const wrong = (examples: readonly unknown[] | undefined, isMatch: boolean) =>
    (examples ?? [])
      .filter((example) => matches(example as T) !== isMatch)
      .map(
        (example) =>
          `rule ${rule.id}: the example ${JSON.stringify(example)} ${isMatch ? 'does not match' : 'matches'}`,
      );
  return [...wrong(rule.examples?.match, true), ...wrong(rule.examples?.notMatch, false)];
}

function placesOf(path: string, roots: readonly string[]): string[][] {
  if (path.startsWith('/')) return [lexicalComponents(path)];
  return roots.map((root) => lexicalComponents(`${root}/${path}`));
}

function isFoldedWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return outer.every((name, at) => inner[at] !== undefined && patternOf(inner[at]) === patternOf(name));
}
