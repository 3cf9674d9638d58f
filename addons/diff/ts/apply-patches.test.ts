import { expect, it } from 'vitest';
import { applyPatches, createTwoFilesPatch, DiffError, parsePatch } from './index.ts';

const before: Record<string, string> = { one: 'a\nb\nc\n', two: 'x\ny\n' };
const after: Record<string, string> = { one: 'a\nB\nc\n', two: 'x\ny\nz\n' };
const patch = Object.keys(before)
  .map((name) => createTwoFilesPatch(name, name, before[name] as string, after[name] as string))
  .join('\n');

function applied(given: string | ReturnType<typeof parsePatch>): Promise<Record<string, string | false>> {
  const done: Record<string, string | false> = {};
  return new Promise((resolve, reject) => {
    applyPatches(given, {
      loadFile: ({ oldFileName }, give) =>
        setImmediate(give, undefined, before[oldFileName as string] as string),
      patched: ({ newFileName }, text, next) => {
        done[newFileName as string] = text;
        next(undefined);
      },
      complete: (error) => (error === undefined ? resolve(done) : reject(error)),
    });
  });
}

it('patches one file after another, from text and from what was parsed', async () => {
  expect(await applied(patch)).toEqual(after);
  expect(await applied(parsePatch(patch))).toEqual(after);
});

it('hands on what the caller says went wrong', async () => {
  const gone = new Error('gone');
  const complete = new Promise((resolve) => {
    applyPatches(patch, { loadFile: (_, give) => give(gone, ''), patched: () => {}, complete: resolve });
  });
  expect(await complete).toBe(gone);
});

it('refuses before a file is loaded', () => {
  const never = () => expect.unreachable();
  const options = { loadFile: never, patched: never, complete: never };
  for (const [wrong, code, more] of [
    [7, 'ERR_INVALID_ARG_TYPE', {}],
    ['--- a\n+++ b\n@@ -1,9 +1,9 @@\n a\n', 'ERR_INVALID_PATCH', {}],
    [patch, 'ERR_OUT_OF_RANGE', { fuzzFactor: -1 }],
  ] as const) {
    const call = () => applyPatches(wrong as never, { ...options, ...more });
    expect(call).toThrow(DiffError);
    expect(call).toThrow(expect.objectContaining({ code }));
  }
});
