import { describe, expect, test } from 'vitest';
import type { CommandRule, Decision } from '../contract.ts';
import { evaluateCommand } from './commands.ts';

const commands: readonly CommandRule[] = [
  { id: 'shell', command: [['sh', 'bash', 'env', 'nice', 'timeout', 'find', 'xargs']], decision: 'allow' },
  { id: 'git', command: ['git'], decision: 'allow' },
  { id: 'push', command: ['git', ['push', 'send-email']], decision: 'confirm' },
  { id: 'force', command: ['git', 'push', ['--force', '-f']], decision: 'deny' },
  { id: 'sudo', command: [['sudo', 'su']], decision: 'deny' },
  { id: 'ls', command: ['ls'], decision: 'allow' },
];
const judge = (argv: string[], unknownCommands: Decision = 'confirm') =>
  evaluateCommand({ commands, unknownCommands }, argv);

test('of all rules that match the strictest counts', () => {
  expect(judge(['git', 'status'])).toEqual({ decision: 'allow', reason: 'rule', rule: 'git' });
  expect(judge(['git', 'push'])).toEqual({ decision: 'confirm', reason: 'rule', rule: 'push' });
  expect(judge(['/usr/bin/git', 'push', '-f', 'x'])).toEqual({
    decision: 'deny',
    reason: 'rule',
    rule: 'force',
  });
});

test('what no rule names is unknown, and nothing is no command', () => {
  for (const unknown of ['deny', 'confirm', 'allow'] as const) {
    expect(judge(['make'], unknown)).toEqual({ decision: unknown, reason: 'unknown' });
  }
  expect(judge([], 'allow').decision).toBe('deny');
  expect(judge([''], 'allow').decision).toBe('deny');
});

test('a rule that forbids means the program however it is spelled, one that allows as it is written', () => {
  expect(judge(['/usr/bin/SUDO', 'x']).decision).toBe('deny');
  expect(judge(['\u017fudo']).decision).toBe('deny');
  expect(judge(['LS'])).toEqual({ decision: 'confirm', reason: 'unknown' });
});

describe('the line of a shell', () => {
  test.each([
    'true; sudo x',
    'true&&sudo x',
    'true\nsudo x',
    'true\rsudo x',
    'true;\u00a0sudo\u2003x',
    'a=sudo',
    '(sudo x)',
    'x | sudo tee',
    '/usr/bin/sudo x',
    "'sudo' x",
    '"su""do" x',
    's\\udo x',
    "su'd'o x",
    'su\\\ndo x',
    'sh -c \'bash -c "sudo x"\'',
    'git push --force',
    "git 'push' -f",
    'g"i"t pu\\sh --force',
    '{git,push,--force}',
    'git\tpush\u3000--force',
    'SUDO x',
    'echo `sudo x`',
    'echo $(sudo x)',
    'cat <<E\nsudo\nE',
  ])('%j is denied', (script) => {
    expect(judge(['bash', '-c', script]).decision).toBe('deny');
    expect(judge(['bash', '-lc', script]).decision).toBe('deny');
    expect(judge(['bash', '-c', script], 'allow').decision).toBe('deny');
    expect(judge(['env', 'A=b', 'nice', '-n', '5', 'sh', '-c', script]).decision).toBe('deny');
    expect(judge(['timeout', '5', '/bin/dash', '-ec', script], 'allow').decision).toBe('deny');
  });

  test.each([
    'ls $(x)',
    'ls `x`',
    'l$x',
    'eval x',
    'source x',
    '. ./x',
    'cat <<E\nE',
    'ls *',
    '/bin/l?',
    'sh x',
    'x() { y; }',
  ])('%j cannot be read, and is asked about unless unknown commands are allowed', (script) => {
    expect(judge(['bash', '-c', script])).toEqual({ decision: 'confirm', reason: 'unknown' });
    expect(judge(['bash', '-c', script], 'deny').decision).toBe('confirm');
    expect(judge(['bash', '-c', script], 'allow').decision).toBe('allow');
  });

  test('is allowed by the rule for the shell when all of it can be read', () => {
    expect(judge(['bash', '-c', 'ls . && make ./all'])).toEqual({
      decision: 'allow',
      reason: 'rule',
      rule: 'shell',
    });
  });

  test('is never made laxer by a command inside it', () => {
    expect(judge(['zsh', '-c', 'ls'])).toEqual({ decision: 'confirm', reason: 'unknown' });
    expect(judge(['zsh', '-c', 'git push'], 'deny').decision).toBe('deny');
    expect(judge(['zsh', '-c', 'git push'], 'allow').decision).toBe('confirm');
  });

  test('words that stand side by side in quotes elsewhere do not count when they are not side by side', () => {
    expect(judge(['bash', '-c', 'git status; echo push -f']).decision).toBe('allow');
  });
});

test.each([
  [['env', 'sudo', 'x']],
  [['env', '-S', 'A=b sudo x']],
  [['nice', '-n', '5', 'env', 'sudo']],
  [['find', '.', '-exec', 'sudo', 'x', ';']],
  [['xargs', 'git', 'push', '--force']],
  [['/lib64/ld-linux-x86-64.so.2', '/usr/bin/sudo']],
  [['busybox', 'su']],
])('%j starts what is denied', (argv) => {
  expect(judge(argv, 'allow').decision).toBe('deny');
});

test.each([51, 10_000])('%i sub-commands do not hide one, and are judged at once (E05)', (count) => {
  const script = `${'echo "a b" && ls -l /x; '.repeat(count)}sudo x`;
  const harmless = `${'echo "a b" && ls -l /x; '.repeat(count)}true`;
  judge(['bash', '-c', 'true']);
  const start = performance.now();
  expect(judge(['bash', '-c', script]).decision).toBe('deny');
  const passedMs = performance.now() - start;
  expect(judge(['bash', '-c', harmless]).decision).toBe('allow');
  // 50 ms is the promise; a busy machine gets more. What grows with the square of the length takes longer still.
  expect(passedMs).toBeLessThan(1000);
});

test('long lines of one kind take no more than their length', () => {
  for (const piece of ['"', '\\', ' ', ';', '$', 'a', '\'"', '\u3000', '\\\n', '(  ', '.']) {
    const start = performance.now();
    judge(['bash', '-c', piece.repeat(1_000_000)]);
    expect(performance.now() - start, JSON.stringify(piece)).toBeLessThan(3000);
  }
});

describe('a grant', () => {
  const policy = { commands, unknownCommands: 'confirm' } as const;
  test('allows the words it names, and more only as a prefix', () => {
    const exact = [{ id: 'g', command: ['git', 'push'] }];
    expect(evaluateCommand(policy, ['git', 'push'], exact)).toEqual({
      decision: 'allow',
      reason: 'grant',
      rule: 'g',
    });
    expect(evaluateCommand(policy, ['git', 'push', 'x'], exact).decision).toBe('confirm');
    const prefix = [{ id: 'g', command: ['git', 'push'], prefix: true }];
    expect(evaluateCommand(policy, ['git', 'push', 'x'], prefix).decision).toBe('allow');
    expect(evaluateCommand(policy, ['./git', 'push'], prefix).decision).toBe('confirm');
  });

  test('never lifts a deny', () => {
    const grants = [
      { id: 'g', command: ['git', 'push', '-f'] },
      { id: 'h', command: ['sudo'], prefix: true },
    ];
    expect(evaluateCommand(policy, ['git', 'push', '-f'], grants).decision).toBe('deny');
    expect(evaluateCommand(policy, ['sudo', 'x'], grants).decision).toBe('deny');
  });
});
