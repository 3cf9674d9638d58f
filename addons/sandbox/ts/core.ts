/** What differs between the engines: all else (policy, approvals, audit, proxy, bookkeeping of a run) is built on this. */

import type { Readable, Writable } from 'node:stream';
import type { Enforcement, Entry, Intent, Verdict } from './contract.ts';

/** A path made unreadable or unwritable, or granted, while a grant lasts: absolute and resolved. */
export interface PathGrant {
  readonly id: string;
  readonly path: string;
  readonly intents: readonly Intent[];
}

/** One compiled policy on one engine. */
export interface Core {
  /** `path` is absolute; grants are those that have not ended. */
  evaluate(path: string, intent: Intent, grants: readonly PathGrant[]): Verdict;
  /** File actions on resolved ground; the verdict is made and enforced in one (SandboxError `ERR_DENIED`). */
  read(path: string, maxBytes: number, grants: readonly PathGrant[]): Promise<Uint8Array>;
  write(path: string, data: Uint8Array, grants: readonly PathGrant[]): Promise<void>;
  list(path: string, grants: readonly PathGrant[]): Promise<readonly Entry[]>;
  /** What a run would be confined by. */
  capabilities(): Enforcement;
  /** Starts a confined process. @throws SandboxError */
  launch(request: LaunchRequest): Launched;
  close(): void;
}

export interface LaunchRequest {
  /** The program and its arguments: no NUL inside. The program is looked up inside, by PATH of `env`, when it has no slash. */
  readonly argv: readonly string[];
  /** `NAME=value`, complete: nothing is added. */
  readonly env: readonly string[];
  /** Absolute, resolved, in a root. */
  readonly cwd: string;
  readonly limits: Required<LaunchLimits>;
  readonly grants: readonly PathGrant[];
  /** Connections of the sandbox to its proxy are handed to this function; absent without a network. */
  readonly proxy?: ProxyEndpoint;
}

export interface LaunchLimits {
  processes: number;
  memoryBytes: number;
  fileBytes: number;
  temporaryBytes: number;
  descriptors: number;
}

/** How runs reach the proxy in the host: a port on the loopback of their own network. One object a sandbox. */
export interface ProxyEndpoint {
  /** Inside, on 127.0.0.1. */
  readonly port: number;
  /**
   * Takes over a listening socket that lives in the sandbox's network, by descriptor (native), or says the path of a
   * unix socket in the host that is bridged (bubblewrap). The function it returns lets go of it.
   */
  serve(listener: { readonly descriptor: number } | { readonly path: string }): () => void;
}

export interface Launched {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Rejects (SandboxError `ERR_LAUNCH`, `ERR_COMMAND_NOT_FOUND`, `ERR_ENFORCEMENT`) when the program never ran. Settles once every process is reaped. */
  readonly ended: Promise<Ended>;
  /** SIGKILL to the whole tree. Idempotent. */
  kill(): void;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly enforcement: Enforcement;
}
