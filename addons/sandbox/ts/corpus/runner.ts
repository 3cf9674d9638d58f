/** One case: the control on a ground of its own, then the attack, then the allowed act. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Ground } from '../testing/ground.ts';
import { unconfined } from '../testing/launchers.ts';
import { hasIpv6 } from '../testing/roles.ts';
import type {
  AttackCase,
  Attempt,
  Case,
  CaseResult,
  Control,
  CorpusLauncher,
  Finding,
  HostCase,
  Need,
  Outcome,
  User,
} from './case.ts';

const onPath = (program: string) => {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** The first need that is not met; the skip's reason. */
function missing(needs: readonly Need[], launcher: CorpusLauncher, user: User): Need | undefined {
  const has: Record<Need, () => boolean> = {
    // Without a control where it is not root: `controlOf`.
    root: () => true,
    unprivileged: () => user === 'nobody',
    compiler: () => onPath('gcc'),
    bash: () => onPath('bash'),
    git: () => onPath('git'),
    'x86-64': () => process.arch === 'x64',
    ipv6: hasIpv6,
    'careless parent': () => existsSync('/proc/self/fd/201'),
    engine: () => launcher.createSandbox !== undefined,
    proxy: () => launcher.createSandbox !== undefined,
  };
  return needs.find((need) => !has[need]());
}

/** The last line that is the attack program's report. */
function reportOf(stdout: Uint8Array): { attempts: Attempt[]; got: string } | undefined {
  const lines = Buffer.from(stdout).subarray(-4_000_000).toString('latin1').split('\n');
  const line = lines.findLast((line) => line.startsWith('{"attempts":'));
  if (line === undefined) return undefined;
  try {
    return JSON.parse(line) as { attempts: Attempt[]; got: string };
  } catch {
    return undefined;
  }
}

/** Above every time-out of a case: who has not answered by then never will. */
const HUNG_MS = 16_000;

/** @throws when `act` does not settle in time */
async function inTime<T>(act: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`hung: no answer after ${HUNG_MS} ms`)), HUNG_MS);
  });
  try {
    return await Promise.race([act, hung]);
  } finally {
    clearTimeout(timer);
  }
}

interface Ran {
  readonly finding: Finding;
  readonly outcome: Outcome | undefined;
  readonly refused: string | undefined;
  /** Why the oracle could not tell. */
  readonly unproved: string | undefined;
}

async function run(
  one: AttackCase,
  ground: Ground,
  launcher: CorpusLauncher,
  words: readonly string[],
  act: 'attack' | 'twin',
  env?: Record<string, string>,
): Promise<{ outcome: Outcome } | { refused: string }> {
  const start = performance.now();
  try {
    const running = inTime(
      launcher.run({
        policy: ground.policy(one.policy?.(ground)),
        argv: words,
        cwd: one.cwd?.(ground) ?? ground.w,
        env: act === 'attack' ? { ...one.env?.(ground), ...env } : env,
        timeoutMs: act === 'attack' ? one.timeoutMs : undefined,
        options: one.options?.(ground),
      }),
    );
    // Both are waited for, whichever fails: nothing of this case may reach into the next.
    const [ended, beside] = await Promise.allSettled([
      running,
      act === 'attack' ? one.during?.(ground) : undefined,
    ]);
    if (ended.status === 'rejected') throw ended.reason;
    if (beside.status === 'rejected') throw beside.reason;
    const report = reportOf(ended.value.stdout);
    const { attempts, got } = report ?? { attempts: [], got: '' };
    const durationMs = performance.now() - start;
    return { outcome: { ...ended.value, attempts, got, reported: report !== undefined, durationMs } };
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return { refused: `${code ?? 'error'}: ${message ?? String(error)}`.slice(0, 300) };
  }
}

/** The attack, on a ground of its own. */
async function attack(
  one: AttackCase,
  launcher: CorpusLauncher,
  binary: string,
  control?: Control,
): Promise<Ran> {
  const ground = new Ground(binary);
  try {
    await one.setUp?.(ground);
    ground.seal();
    const free = control !== undefined && !('nonePossible' in control) ? control : {};
    const plain = one.attack(ground);
    const words = free.argv?.(ground, plain) ?? plain;
    const ran = await run(one, ground, launcher, words, 'attack', await free.env?.(ground));
    // What was refused may have left its traces all the same.
    const nothing = { stdout: new Uint8Array(), stderr: new Uint8Array(), exitCode: null, signal: null };
    const blank = { ...nothing, timedOut: false, attempts: [], got: '', reported: false, durationMs: 0 };
    const outcome = 'outcome' in ran ? ran.outcome : undefined;
    const refused = 'refused' in ran ? ran.refused : undefined;
    try {
      return { finding: await one.oracle(ground, outcome ?? blank), outcome, refused, unproved: undefined };
    } catch (error) {
      return { finding: undefined, outcome, refused, unproved: refused ?? (error as Error).message };
    }
  } finally {
    await ground.dispose();
  }
}

async function twinOf(one: AttackCase, launcher: CorpusLauncher, binary: string): Promise<Finding> {
  const ground = new Ground(binary);
  try {
    await one.setUp?.(ground);
    const twin = one.twin ?? {
      argv: () => ['/bin/sh', '-c', 'echo works > allowed.txt && cat allowed.txt'],
    };
    const ran = await run(one, ground, launcher, twin.argv(ground), 'twin');
    if ('refused' in ran) return ran.refused;
    const { outcome } = ran;
    if (twin.broken !== undefined) return twin.broken(ground, outcome);
    if (outcome.exitCode === 0) return undefined;
    const said = Buffer.from(outcome.stderr).toString().trim().slice(0, 200);
    return `exit code ${outcome.exitCode}, signal ${outcome.signal}: ${said}`;
  } finally {
    await ground.dispose();
  }
}

async function onGround(
  one: HostCase,
  binary: string,
  body: (ground: Ground) => Promise<Finding>,
): Promise<Finding> {
  const ground = new Ground(binary);
  try {
    await one.setUp?.(ground);
    ground.seal();
    return await body(ground);
  } finally {
    await ground.dispose();
  }
}

type Judged = Pick<CaseResult, 'control' | 'verdict' | 'detail' | 'twin'>;

function verdictOf(
  one: Case,
  finding: Finding,
  notRun: string | undefined,
): Pick<Judged, 'verdict' | 'detail'> {
  if (finding !== undefined && one.documented !== undefined)
    return { verdict: 'documented', detail: `${one.documented} (${finding})` };
  if (finding !== undefined) return { verdict: 'ESCAPED', detail: finding };
  return notRun === undefined ? { verdict: 'contained', detail: '' } : { verdict: 'not run', detail: notRun };
}

async function judgeHost(one: HostCase, launcher: CorpusLauncher, binary: string): Promise<Judged> {
  const make = launcher.createSandbox;
  if (make === undefined) throw new Error('a host case needs an engine');
  const none = typeof one.control === 'function' ? undefined : one.control.nonePossible;
  let control: Finding;
  if (typeof one.control === 'function') {
    for (let tries = 0; control === undefined && tries < CONTROL_TRIES; tries++) {
      control = await onGround(one, binary, one.control);
    }
  }
  let notRun: string | undefined;
  const guarded = async (body: () => Promise<Finding>): Promise<Finding> => {
    try {
      return await body();
    } catch (error) {
      notRun = String(error).slice(0, 300);
      return undefined;
    }
  };
  const finding = await guarded(() => onGround(one, binary, (ground) => inTime(one.host(ground, make))));
  const judged = verdictOf(one, finding, notRun);
  notRun = undefined;
  const twin = await guarded(() => onGround(one, binary, async (ground) => one.hostTwin?.(ground, make)));
  const broken = twin ?? notRun;
  const said = [
    judged.detail,
    broken === undefined ? '' : `twin: ${broken}`,
    none === undefined ? '' : `no control: ${none}`,
  ];
  return {
    control: none !== undefined ? 'none possible' : control === undefined ? 'dead' : 'live',
    twin: broken === undefined ? 'works' : 'broken',
    ...judged,
    detail: said.filter(Boolean).join('; '),
  };
}

/** On a busy host a race may not be won at once; what is dead by its own fault is dead at each try. */
const CONTROL_TRIES = 3;

async function freeAttack(one: AttackCase, binary: string, control: Control): Promise<Ran> {
  let ran = await attack(one, unconfined, binary, control);
  for (let tries = 1; ran.finding === undefined && tries < CONTROL_TRIES; tries++) {
    ran = await attack(one, unconfined, binary, control);
  }
  return ran;
}

/** What only root can do shows nothing when nobody does it unconfined; the run as root has the control. */
function controlOf(one: AttackCase, user: User): Control {
  if (user !== 'root' && one.needs?.includes('root'))
    return { nonePossible: 'only root can do it unconfined' };
  return typeof one.control === 'function' ? one.control(user) : (one.control ?? {});
}

async function judgeAttack(
  one: AttackCase,
  launcher: CorpusLauncher,
  user: User,
  binary: string,
): Promise<Judged> {
  const control = controlOf(one, user);
  const none = 'nonePossible' in control;
  const free = none ? undefined : await freeAttack(one, binary, control);
  const ran =
    launcher.name === 'unconfined' && free !== undefined ? free : await attack(one, launcher, binary);
  const broken = await twinOf(one, launcher, binary);
  let notRun = ran.unproved ?? (one.mayBeRefused === true ? undefined : ran.refused);
  if (ran.outcome !== undefined && !ran.outcome.reported && one.mayEndEarly !== true) {
    const said = Buffer.from(ran.outcome.stderr).toString().trim().slice(0, 200);
    notRun ??= `no report: exit code ${ran.outcome.exitCode}, ${ran.outcome.signal}, ${said}`;
  }
  const judged = verdictOf(one, ran.finding, notRun);
  const said = [
    judged.detail,
    broken === undefined ? '' : `twin: ${broken}`,
    none ? `no control: ${control.nonePossible}` : '',
    free !== undefined && free.finding === undefined
      ? `dead control: ${free.refused ?? JSON.stringify(free.outcome?.attempts)}`.slice(0, 600)
      : '',
  ];
  return {
    control: none ? 'none possible' : free?.finding === undefined ? 'dead' : 'live',
    ...judged,
    detail: said.filter(Boolean).join('; '),
    twin: broken === undefined ? 'works' : 'broken',
  };
}

export async function runCase(
  one: Case,
  launcher: CorpusLauncher,
  user: User,
  binary: string,
): Promise<CaseResult> {
  const start = performance.now();
  const { id, title, layers } = one;
  const result = (judged: Judged): CaseResult => ({
    id,
    title,
    layers,
    ...judged,
    durationMs: Math.round(performance.now() - start),
  });
  const needs: Need[] = [...(one.needs ?? []), ...('host' in one ? (['engine'] as const) : [])];
  const need = missing(needs, launcher, user);
  if (need !== undefined)
    return result({ control: 'none possible', verdict: 'skipped', detail: `needs ${need}`, twin: 'skipped' });
  return result(
    'host' in one ? await judgeHost(one, launcher, binary) : await judgeAttack(one, launcher, user, binary),
  );
}
