/** Reads a policy as users write it. What is not understood is an error: a policy that is half read protects nothing. */

import { z } from 'zod';
import { INTENTS, type Policy, SandboxError } from '../contract.ts';
import { environmentNameKind, isRefusedEnvironmentValueName } from './environment.ts';
import { exampleIssues } from './examples.ts';
import { isOrdinary, isPathTooLong, isText } from './paths.ts';

const MEBIBYTE = 2 ** 20;
/** Longest text anywhere in a policy but a path, UTF-16 code units. */
const TEXT_LIMIT = 32_768;

const text = z.string().max(TEXT_LIMIT).refine(isText, 'holds NUL or half of a surrogate pair');
const word = text.min(1);
const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, 'must be 1 to 64 letters, digits, or . _ : -');

const anyPath = text.min(1).refine((path) => !isPathTooLong(path), 'is too long');
const absolutePath = anyPath
  .refine((path) => path.startsWith('/'), 'must be absolute')
  .refine(hasNoParent, 'must have no .. in it');
const rulePath = anyPath.refine(hasNoParent, 'must have no .. in it');

function hasNoParent(path: string): boolean {
  return !path.split('/').includes('..');
}

const examplesOf = <T extends z.ZodType>(example: T) =>
  z.strictObject({
    match: z.array(example).max(100).optional(),
    notMatch: z.array(example).max(100).optional(),
  });

const root = z.strictObject({
  path: absolutePath.refine((path) => path.split('/').some(isOrdinary), 'must not be /'),
  access: z.enum(['read', 'write']),
});

const pathRule = z.strictObject({
  id,
  path: rulePath,
  intents: z.array(z.enum(INTENTS)).min(1).refine(isDistinct, 'names an intent twice'),
  decision: z.enum(['deny', 'confirm']),
  examples: examplesOf(rulePath).optional(),
});

const commandRule = z.strictObject({
  id,
  command: z
    .array(z.union([word, z.array(word).min(1).max(200)]))
    .min(1)
    .max(16)
    .refine(
      (command) => [command[0]].flat().every((name) => !name?.includes('/')),
      'begins with the name of a program, without a /',
    ),
  decision: z.enum(['deny', 'confirm', 'allow']),
  examples: examplesOf(z.array(text).min(1)).optional(),
});

/** A component, or several: `a/b` is `b` directly in an `a`. */
const protectedName = word
  .max(1024)
  .refine((name) => name.split('/').every(isOrdinary), 'must be a name, or names joined by single slashes')
  .refine((name) => name.split('/').every((part) => /[^. ]/.test(part)), 'is made of dots and blanks alone')
  .refine((name) => name.split('/').length <= 8, 'has more than 8 components');

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const DOMAIN = new RegExp(`^(?:\\*\\.${LABEL}(?:\\.${LABEL})+|${LABEL}(?:\\.${LABEL})*)$`);
const domain = z
  .string()
  .max(253)
  .transform((name) => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()))
  .refine((name) => DOMAIN.test(name), 'must be a host name (example.com), or *.example.com for all below it')
  .refine((name) => !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(name), 'must be a name, not an address');

const passedName = z
  .string()
  .refine(
    (name) => environmentNameKind(name) === 'plain',
    'is a name that is never taken over from the host',
  );
const givenEnvironment = z
  .record(z.string(), text)
  .refine(
    (set) => !Object.keys(set).some(isRefusedEnvironmentValueName),
    'has a name that is no variable, or that makes a program load code',
  );

const count = (least: number, most: number) => z.int().min(least).max(most).optional();
export const limitsSchema = z.strictObject({
  timeoutMs: count(1, 24 * 3600 * 1000),
  processes: count(1, 65_536),
  memoryBytes: count(16 * MEBIBYTE, 2 ** 46),
  fileBytes: count(0, 2 ** 46),
  temporaryBytes: count(65_536, 2 ** 40),
  descriptors: count(16, 1_048_576),
  outputBytes: count(0, 1024 * MEBIBYTE),
});

const policySchema = z
  .strictObject({
    version: z.literal(1),
    profile: z.enum(['strict', 'workspace']),
    roots: z.array(root).min(1).max(64),
    system: z.array(absolutePath).max(256).optional(),
    protectedNames: z.array(protectedName).max(1000).optional(),
    git: z.enum(['read', 'limited']).optional(),
    paths: z.array(pathRule).max(1000).optional(),
    commands: z.array(commandRule).max(1000).optional(),
    unknownCommands: z.enum(['deny', 'confirm', 'allow']).optional(),
    network: z
      .strictObject({
        domains: z.array(domain).max(1000),
        ports: z.array(z.int().min(1).max(65_535)).min(1).max(100).optional(),
      })
      .optional(),
    environment: z
      .strictObject({ pass: z.array(passedName).max(1000).optional(), set: givenEnvironment.optional() })
      .optional(),
    limits: limitsSchema.optional(),
    enforcement: z.enum(['required', 'bestEffort']).optional(),
  })
  .superRefine((policy, context) => {
    const refuse = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const ids = [...(policy.paths ?? []), ...(policy.commands ?? [])].map((rule) => rule.id);
    for (const twice of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) {
      refuse(['id'], `${JSON.stringify(twice)} names more than one rule`);
    }
    if (!isDistinct(policy.roots.map((one) => one.path))) refuse(['roots'], 'names a directory twice');
    if (policy.profile === 'strict') {
      policy.roots.forEach((one, at) => {
        if (one.access === 'write') refuse(['roots', at, 'access'], 'profile strict has no root to write');
      });
    }
  });

/**
 * The policy, checked, copied once (a getter cannot answer differently later) and frozen.
 * @throws SandboxError `ERR_POLICY` with `issues`
 */
export function readPolicy(value: unknown): Policy {
  const parsed = policySchema.safeParse(snapshotOf(value));
  if (!parsed.success) {
    throw policyError(parsed.error.issues.map((issue) => `${placeOf(issue.path)}: ${issue.message}`));
  }
  // The schema leaves absent keys absent; `undefined` as a value reads as absence.
  const policy = parsed.data as Policy;
  const issues = exampleIssues(policy);
  if (issues.length > 0) throw policyError(issues);
  return deepFreeze(policy);
}

export function policyError(issues: readonly string[], cause?: unknown): SandboxError {
  const more = issues.length > 3 ? `; and ${issues.length - 3} more` : '';
  const details = { issues };
  return new SandboxError(
    'ERR_POLICY',
    `the policy is not valid: ${issues.slice(0, 3).join('; ')}${more}`,
    cause === undefined ? details : { ...details, cause },
  );
}

/** Plain data, each property read once. Functions, proxies and getters that throw are no data. */
function snapshotOf(value: unknown): unknown {
  try {
    const copy: unknown = structuredClone(value);
    const place = findPrototypeKey(copy, 'policy', 0);
    if (place === undefined) return copy;
    throw policyError([`${place}: __proto__ is no key`]);
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    throw policyError([`policy: is not plain data (${messageOf(error)})`], error);
  }
}

/** A reader of keys may take `__proto__` for something else. Deeper than any policy is refused as well. */
function findPrototypeKey(value: unknown, place: string, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > 8) throw policyError([`${place}: is nested too deeply`]);
  if (Object.hasOwn(value, '__proto__')) return place;
  for (const [key, inner] of Object.entries(value)) {
    const found = findPrototypeKey(inner, `${place}.${key}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'policy' : path.map(String).join('.');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
