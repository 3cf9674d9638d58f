/** The cases of the sandbox. */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Case, defineSuite, type Operation } from 'pairbench/define';
import { type Engine, engineOf, type WorkspacePolicy } from './engine.ts';
import {
  contents,
  directory,
  FILE_BYTES,
  FILE_COUNT,
  fileTree,
  LISTED,
  listedNames,
  listTree,
  QUESTIONS,
  type Question,
  questionTree,
} from './work.ts';

type SandboxCase = Case<Engine, unknown>;

/** Calls of milliseconds: so many in each of six trials bound a P99 by their ranks. */
const SAMPLES_OF_MILLISECONDS = 400;
/** Of cases that no target times. */
const FEW_TRIALS = 2;
const FEW_SAMPLES = 100;
/** A dynamic program that does nothing: what a start costs is what its run costs. */
const PROGRAM = ['/bin/true'];

const workspace = (root: string): WorkspacePolicy => ({
  profile: 'workspace',
  roots: [{ path: root, access: 'write' }],
  unknownCommands: 'allow',
});

const one = () => ['one'];

/** Whole runs of a program that ends at once. */
const starts = (
  id: string,
  title: string,
  policy: (root: string) => WorkspacePolicy,
  rest: Partial<SandboxCase> = {},
): SandboxCase => ({
  id,
  title,
  unit: 'run',
  inputs: one,
  async: true,
  samples: SAMPLES_OF_MILLISECONDS,
  varyingAllocations: true,
  prepare: async (engine) => {
    const { run } = await engine.open(policy(directory(id)));
    return () => run(PROGRAM);
  },
  answer: () => ['0 '],
  ...rest,
});

/** The operation's own time of what its last call was about. */
function selfTimed(call: () => Promise<{ ns: number; answer: unknown }>): Operation {
  let lastNs = 0;
  const operation = async () => {
    const { ns, answer } = await call();
    lastNs = ns;
    return answer;
  };
  return Object.assign(operation, { lastElapsedNs: () => lastNs });
}

const STAGES = [
  ['fork', 'process: from the call to the launcher’s first instruction'],
  ['namespaces', 'namespaces of mounts, network, IPC, host name, control groups'],
  ['mounts', 'file system of its own: 45 mounts'],
  ['privileges', 'no capability, no new privileges'],
  ['landlock', 'Landlock rules'],
  ['program', 'session, limits, filter, second process, exec of the program'],
  ['first-instruction', 'all: from the call to the program’s first instruction'],
] as const;

const stage = ([id, point]: (typeof STAGES)[number]): SandboxCase => ({
  id: id === 'first-instruction' ? id : `stage-${id}`,
  title:
    id === 'first-instruction'
      ? 'From the call to the program’s first instruction, all layers'
      : `Of a start: ${point}`,
  unit: 'run',
  inputs: one,
  engines: ['native'],
  async: true,
  samples: SAMPLES_OF_MILLISECONDS,
  varyingAllocations: true,
  ...(id === 'first-instruction' ? {} : { trials: FEW_TRIALS, samples: FEW_SAMPLES }),
  curve: { over: 'Stages of a native start', point },
  prepare: async () => {
    const { timedStarts } = await import('@pairbench/sandbox/native');
    const start = timedStarts({ version: 1, ...workspace(directory(id)) }, PROGRAM);
    return selfTimed(async () => ({ ns: (await start())[id], answer: 'ran' }));
  },
  answer: () => ['ran'],
});

/** Cases of the corpus that are about symbolic links and paths; both engines must contain them. */
/** None that races: a trial has one core, and a race needs two to be won. */
const LINKS = ['F01', 'F02', 'F03', 'F04', 'F05', 'F07', 'F09', 'F12', 'F26a', 'F31', 'F33', 'F34'];
const CORPUS = fileURLToPath(import.meta.resolve('@pairbench/sandbox/contract')).replace(
  /contract\.ts$/,
  'corpus/run.ts',
);

const twentyRoots = (root: string): WorkspacePolicy => {
  const paths = Array.from({ length: 20 }, (_, i) => join(root, `root-${i}`));
  for (const path of paths) mkdirSync(path);
  return { ...workspace(root), roots: paths.map((path) => ({ path, access: 'write' })) };
};

const files = (
  id: string,
  title: string,
  rest: Pick<SandboxCase, 'prepare' | 'answer'> & Partial<SandboxCase>,
): SandboxCase => ({
  id,
  title,
  unit: 'byte',
  inputs: () => Array.from({ length: FILE_COUNT }, (_, i) => i),
  async: true,
  trials: FEW_TRIALS,
  varyingAllocations: true,
  units: (inputs) => inputs.map(() => FILE_BYTES),
  ...rest,
});

export default defineSuite<Engine, unknown>({
  id: 'sandbox',
  engines: {
    typescript: async () => {
      const { typescriptEngine } = await import('@pairbench/sandbox/typescript');
      return engineOf(typescriptEngine, 'bestEffort');
    },
    native: async () => {
      const native = await import('@pairbench/sandbox/native');
      // Now, not at the first call: without a binding the engine is unavailable, and says why.
      native.loadNative();
      const { nativeMemory, resetNativePeak } = native;
      return { ...engineOf(native.nativeEngine, 'required'), nativeMemory, resetNativePeak };
    },
  },
  peers: () => import('./peers.ts'),
  cases: [
    starts('start', 'Runs a program that does nothing, all layers, until nothing of it is left', workspace),
    starts(
      'start-strict',
      'The same in the profile strict: every open is watched',
      (root) => ({
        ...workspace(root),
        profile: 'strict',
        roots: [{ path: root, access: 'read' }],
      }),
      { trials: FEW_TRIALS, samples: FEW_SAMPLES },
    ),
    starts('start-20-roots', 'The same with twenty roots', twentyRoots, {
      trials: FEW_TRIALS,
      samples: FEW_SAMPLES,
    }),
    starts(
      'start-network',
      'The same with a listed domain: the proxy listens in the run’s own network',
      (root) => ({
        ...workspace(root),
        network: { domains: ['example.com'] },
      }),
      { trials: FEW_TRIALS, samples: FEW_SAMPLES },
    ),
    ...STAGES.map(stage),
    {
      id: 'kill-tree',
      title: 'From the kill of a tree of five processes until every one is buried',
      unit: 'run',
      inputs: one,
      async: true,
      samples: SAMPLES_OF_MILLISECONDS,
      varyingAllocations: true,
      prepare: async (engine) => {
        const { killTree } = await engine.open(workspace(directory('kill')));
        return selfTimed(async () => ({ ns: await killTree(), answer: 'buried' }));
      },
      answer: () => ['buried'],
    },
    {
      id: 'evaluate',
      title: 'The verdict on a path, links followed: 840 questions on a tree of 20 packages',
      unit: 'path',
      inputs: () => QUESTIONS,
      varyingAllocations: true,
      prepare: async (engine, inputs) => {
        const base = questionTree();
        const { evaluate } = await engine.open(workspace(join(base, 'work')));
        const questions = (inputs as readonly Question[]).map(({ path, intent }) => ({
          path: `${base}/${path}`,
          intent,
        }));
        return (i) => {
          const { path, intent } = questions[i] as (typeof questions)[number];
          const { decision, reason } = evaluate(path, intent);
          return `${decision} ${reason}`;
        };
      },
      answer: (inputs) => (inputs as readonly Question[]).map(({ expected }) => expected),
    },
    files('read-4k', 'Reads a file of 4 KiB', {
      prepare: async (engine) => {
        const root = fileTree();
        const { read } = await engine.open(workspace(root));
        return async (i) => Buffer.from(await read(join(root, `file-${i}`)));
      },
      answer: (inputs) => inputs.map((i) => Buffer.from(contents(i as number))),
    }),
    files('write-4k', 'Replaces a file of 4 KiB by a new one, flushed', {
      samples: 300,
      prepare: async (engine) => {
        const root = fileTree();
        const { write } = await engine.open(workspace(root));
        return async (i) => {
          await write(join(root, `file-${i}`), contents(i));
          return 'written';
        };
      },
      answer: (inputs) => inputs.map(() => 'written'),
    }),
    files('list-1000', 'The entries of a directory of 1,000 files, sorted, each one judged', {
      unit: 'entry',
      inputs: one,
      samples: 300,
      units: () => [LISTED],
      prepare: async (engine) => {
        const root = listTree();
        const { list } = await engine.open(workspace(root));
        return () => list(root);
      },
      answer: () => [listedNames()],
    }),
    {
      id: 'escape-corpus',
      title: 'The cases of the escape corpus about symbolic links and paths: 12 attacks with their controls',
      unit: 'attack',
      inputs: one,
      cold: true,
      trials: 1,
      varyingAllocations: true,
      units: () => [LINKS.length],
      prepare: (engine) => () => {
        const launcher = 'nativeMemory' in engine ? 'native' : 'typescript';
        const words = [CORPUS, '--launcher', launcher, '--only', LINKS.join(',')];
        const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
        return `${status}: ${/(\d+) contained, (\d+) escaped/.exec(stdout)?.[0] ?? stdout}`;
      },
      answer: () => [`0: ${LINKS.length} contained, 0 escaped`],
    },
  ],
});
