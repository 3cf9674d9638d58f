import { expect, test } from 'vitest';
import { HarnessError, messageOf } from './errors.ts';

test('a message of several lines reads as one', () => {
  const error = new Error('no binding\nLooked at:\n  a: not there\n  b: broken\n');
  expect(messageOf(error)).toBe('no binding; Looked at: a: not there; b: broken');
  expect(messageOf('just text')).toBe('just text');
});

test('what could not be measured is another exit code than a wrong argument', () => {
  expect(new HarnessError('ERR_NOT_MEASURED', '').exitCode).toBe(3);
  expect(new HarnessError('ERR_USAGE', '').exitCode).toBe(2);
});
