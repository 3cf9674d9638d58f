/** What the tests of runs share: a workspace of its own, and the engines that this host has. */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoBinding } from '@pairbench/testing';
import {
  type Policy,
  type Sandbox,
  type SandboxEngine,
  SandboxError,
  type SandboxOptions,
} from '../../contract.ts';
import { loadNative, nativeEngine } from '../../native.ts';
import { findBubblewrap } from '../../typescript/bubblewrap/program.ts';
import { typescriptEngine } from '../../typescript.ts';

export interface EngineUnderTest {
  readonly name: 'native' | 'typescript';
  readonly engine: SandboxEngine;
  /** Why runs cannot be tried here. */
  readonly skip: string | undefined;
  /** The TypeScript engine's launcher lacks layers, and says so. */
  readonly enforcement: 'required' | 'bestEffort';
}

function whyNoBubblewrap(): string | undefined {
  const found = findBubblewrap([]);
  return 'why' in found ? found.why : undefined;
}

/** A host may have the binding and no right to use it: user namespaces can be switched off. Any other failure is one. */
async function whyNoRuns({ createSandbox }: SandboxEngine): Promise<string | undefined> {
  const root = mkdtempSync(join(tmpdir(), 'pairbench-sandbox-probe-'));
  const policy = { version: 1, profile: 'workspace', unknownCommands: 'allow' } as const;
  const sandbox = createSandbox({ ...policy, roots: [{ path: root, access: 'write' }] });
  try {
    await sandbox.execute('true');
    return undefined;
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'ERR_ENFORCEMENT') return error.message;
    throw error;
  } finally {
    await sandbox.close();
    rmSync(root, { recursive: true });
  }
}

const notLinux = process.platform === 'linux' ? undefined : 'runs are tried on Linux';

export const ENGINES: readonly EngineUnderTest[] = [
  {
    name: 'native',
    engine: nativeEngine,
    skip: notLinux ?? whyNoBinding('sandbox', loadNative) ?? (await whyNoRuns(nativeEngine)),
    enforcement: 'required',
  },
  {
    name: 'typescript',
    engine: typescriptEngine,
    skip: notLinux ?? whyNoBubblewrap(),
    enforcement: 'bestEffort',
  },
];

export interface Ground extends AsyncDisposable {
  readonly root: string;
  readonly sandbox: Sandbox;
}

/** A sandbox over a fresh directory; commands are allowed unless `policy` says otherwise. */
export function ground(
  { engine, enforcement }: EngineUnderTest,
  policy: Partial<Policy> = {},
  options: SandboxOptions = {},
): Ground {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pairbench-sandbox-')));
  const sandbox = engine.createSandbox(
    {
      version: 1,
      profile: 'workspace',
      roots: [{ path: root, access: policy.profile === 'strict' ? 'read' : 'write' }],
      unknownCommands: 'allow',
      enforcement,
      ...policy,
    },
    options,
  );
  return {
    root,
    sandbox,
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
