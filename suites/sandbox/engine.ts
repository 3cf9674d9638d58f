/** What the cases ask of an engine: a workspace with files in it, and things done there. */

import type { Intent, Policy, SandboxEngine, Verdict } from '@pairbench/sandbox/contract';

/** A sandbox over directories that the suite has made, or a peer's counterpart. */
export interface Workspace {
  /** Runs a program to its end, until nothing of it is left; its output. */
  run(argv: readonly string[]): Promise<string>;
  /** Starts a tree of processes and kills it. Nanoseconds from the kill until every process is buried. */
  killTree(): Promise<number>;
  evaluate(path: string, intent: Intent): Verdict;
  read(path: string): Promise<Uint8Array>;
  write(path: string, data: Uint8Array): Promise<void>;
  /** Names. */
  list(path: string): Promise<readonly string[]>;
}

/** A policy less what differs between engines. */
export type WorkspacePolicy = Omit<Policy, 'version' | 'enforcement'>;

export interface Engine {
  open(policy: WorkspacePolicy): Workspace | Promise<Workspace>;
}

/** Processes of a tree that does not end by itself: two in sessions of their own, and the program. */
const TREE = '(setsid sleep 1000 &) ; (sleep 1000 &) ; echo begun ; sleep 1000';

/** Our engines. bubblewrap lacks layers that a policy requires unless it says otherwise, so the TypeScript engine runs with what it has. */
export function engineOf(engine: SandboxEngine, enforcement: NonNullable<Policy['enforcement']>): Engine {
  return {
    open(policy) {
      const sandbox = engine.createSandbox({ version: 1, enforcement, ...policy });
      return {
        async run([program = '', ...args]) {
          const { stdout, exitCode } = await sandbox.execute(program, args);
          return `${exitCode} ${Buffer.from(stdout)}`;
        },
        async killTree() {
          const controller = new AbortController();
          const begun = Promise.withResolvers<void>();
          const running = sandbox.execute('/bin/sh', ['-c', TREE], {
            signal: controller.signal,
            onOutput: () => begun.resolve(),
          });
          await Promise.race([begun.promise, running]);
          const start = process.hrtime.bigint();
          controller.abort();
          await running.catch(() => {});
          return Number(process.hrtime.bigint() - start);
        },
        evaluate: (path, intent) => sandbox.evaluate(path, intent),
        read: (path) => sandbox.read(path),
        write: (path, data) => sandbox.write(path, data),
        list: async (path) => (await sandbox.list(path)).map(({ name }) => name),
      };
    },
  };
}
