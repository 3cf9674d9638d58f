/** The escape corpus as data: what a case is, what it needs, and what is said of it after a run. */

import type { Layer, Policy, Sandbox, SandboxOptions } from '../contract.ts';
import type { Ground } from '../testing/ground.ts';

export type User = 'root' | 'nobody';

/** What a case cannot do without. The reason of a skip is one of these, never free text. */
export type Need =
  /** The control needs rights that only root has: as nobody there is none, and the attack is run all the same. */
  | 'root'
  /** The act is something only for a user without rights. */
  | 'unprivileged'
  /** `gcc`. */
  | 'compiler'
  | 'bash'
  | 'git'
  | 'x86-64'
  | 'ipv6'
  /** Started by `attacks careless`: descriptors left open, and a terminal. */
  | 'careless parent'
  /** Only our own engines: host-side functions, the audit log, typed refusals. */
  | 'engine'
  /** A launcher with a proxy. */
  | 'proxy';

export interface RunRequest {
  readonly policy: Policy;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly timeoutMs?: number | undefined;
  readonly options?: SandboxOptions | undefined;
}

export interface RunOutcome {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
}

export interface CorpusLauncher {
  readonly name: string;
  readonly run: (request: RunRequest) => Promise<RunOutcome>;
  /** Our engines only. */
  readonly createSandbox?: (policy: Policy, options?: SandboxOptions) => Promise<Sandbox>;
}

export interface Attempt {
  readonly what: string;
  readonly ok: boolean;
  readonly value: number;
  readonly errno: number;
}

/** A run, with what the attack program said of itself. */
export interface Outcome extends RunOutcome {
  readonly attempts: readonly Attempt[];
  /** What it read, one character a byte. */
  readonly got: string;
  /** It ran to its end and said so. */
  readonly reported: boolean;
  readonly durationMs: number;
}

/** What leaked or changed, in words; `undefined` when nothing did. */
export type Finding = string | undefined;

/** The same attack run free must be found by the oracle, or the oracle proves nothing. */
export type Control =
  /** As it is, or with other words around it. */
  | {
      readonly argv?: (ground: Ground, attack: readonly string[]) => readonly string[];
      readonly env?: (ground: Ground) => Promise<Record<string, string>>;
    }
  /** No harmless run can succeed on any host; counted. */
  | { readonly nonePossible: string };

export interface Twin {
  readonly argv: (ground: Ground) => readonly string[];
  /** What is wrong with the allowed act. Default: its exit code is not 0. */
  readonly broken?: (ground: Ground, outcome: Outcome) => Finding;
}

interface Described {
  /** As in the list of section 2 of the study, with a letter where one entry became several. */
  readonly id: string;
  readonly title: string;
  /** What stops it; the first is the primary. */
  readonly layers: readonly Layer[];
  readonly needs?: readonly Need[];
  readonly setUp?: (ground: Ground) => void | Promise<void>;
  readonly policy?: (ground: Ground) => Partial<Policy>;
  /** Known and written down: found, but not counted as an escape. */
  readonly documented?: string;
}

export interface AttackCase extends Described {
  readonly attack: (ground: Ground) => readonly string[];
  readonly env?: (ground: Ground) => Record<string, string>;
  readonly cwd?: (ground: Ground) => string;
  readonly options?: (ground: Ground) => SandboxOptions;
  readonly timeoutMs?: number;
  /** Goes on beside the attack. */
  readonly during?: (ground: Ground) => Promise<void>;
  /** @throws when what it saw proves neither */
  readonly oracle: (ground: Ground, outcome: Outcome) => Finding | Promise<Finding>;
  readonly control?: Control | ((user: User) => Control);
  readonly twin?: Twin;
  /** The program may be ended before it reports. Default: it must report, or nothing is proved. */
  readonly mayEndEarly?: boolean;
  /** Not to start at all is an answer as well. */
  readonly mayBeRefused?: boolean;
}

export type MakeSandbox = (policy: Policy, options?: SandboxOptions) => Promise<Sandbox>;

/** Host code under attack: `attack` uses the sandbox as a host would, `control` does the same without one. */
export interface HostCase extends Described {
  readonly host: (ground: Ground, make: MakeSandbox) => Promise<Finding>;
  readonly control: ((ground: Ground) => Promise<Finding>) | { readonly nonePossible: string };
  /** What is wrong with the allowed act. */
  readonly hostTwin?: (ground: Ground, make: MakeSandbox) => Promise<Finding>;
}

export type Case = AttackCase | HostCase;

export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly layers: readonly Layer[];
  readonly control: 'live' | 'dead' | 'none possible';
  /** `documented`: found, and said to be so. `not run`: the attack did not run to its end, so nothing is proved. */
  readonly verdict: 'contained' | 'ESCAPED' | 'documented' | 'skipped' | 'not run';
  readonly detail: string;
  readonly twin: 'works' | 'broken' | 'skipped';
  readonly durationMs: number;
}
