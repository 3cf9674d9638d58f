/**
 * What both sandbox engines promise: one policy, the same verdicts, commands that are confined by the kernel, and file
 * actions that no symbolic link leads astray. Types and error codes live here and nowhere else.
 * docs/sandbox-policy-matrix.md says what each profile and preset allows and what enforces it on which system.
 */

/** What is to be done with a path. `write` covers making, changing, renaming and removing. */
export type Intent = 'read' | 'list' | 'write' | 'execute';
export const INTENTS: readonly Intent[] = ['read', 'list', 'write', 'execute'];

/** Strictest first: of all that apply, the strictest counts. */
export type Decision = 'deny' | 'confirm' | 'allow';

/** Why a path or a command got its verdict: stable, for programs. */
export type Reason =
  /** In a root (or the readable system paths), and nothing speaks against it. */
  | 'allowed'
  /** In no root and in no readable system path. */
  | 'outside'
  /** The root is for reading. */
  | 'read-only'
  /** A name or path that is never written: hooks, shell start files, agents' settings, ... */
  | 'protected'
  /** Made unreadable by the policy, or the sandbox's own state. */
  | 'private'
  /** A dot file, in a profile that has none. */
  | 'hidden'
  /** Programs in the roots are not executed, in a profile that executes none. */
  | 'not-executable'
  /** The way there goes over a symbolic link, in a profile that follows none. */
  | 'symlink'
  /** The path cannot be followed to its end: a loop, a component that is no directory, no permission, `..` after what does not exist. */
  | 'unresolvable'
  /** A rule of the policy; `rule` names it. */
  | 'rule'
  /** A grant of the host; `rule` names it. */
  | 'grant'
  /** No rule names this command. */
  | 'unknown';

/** The answer of `evaluate`. */
export interface Verdict {
  readonly decision: Decision;
  readonly reason: Reason;
  /** Id of the rule or grant, where one decided. */
  readonly rule?: string;
  /** For paths: absolute, after all symbolic links; what does not exist yet is appended. Absent when `unresolvable`. */
  readonly resolved?: string;
}

/** A directory that the host hands over. Only the host names roots: no command, argument or working directory makes one. */
export interface Root {
  /** Absolute, existing directory; not `/`. */
  readonly path: string;
  readonly access: 'read' | 'write';
}

/** Says more about paths in the roots than the profile does; only stricter. */
export interface PathRule {
  readonly id: string;
  /** Absolute (in a root), or relative to every root. The path and all below it. */
  readonly path: string;
  readonly intents: readonly Intent[];
  /** `confirm` is refused inside a command until a grant is there. */
  readonly decision: 'deny' | 'confirm';
  readonly examples?: Examples<string>;
}

/** Says what becomes of a command whose words begin with `command`. Of all rules that match, the strictest counts. */
export interface CommandRule {
  readonly id: string;
  /**
   * The first words; the first is the program's name, compared with the last component of what is to be run. An array
   * inside stands for any one of its words: `['git', ['push', 'fetch']]`.
   */
  readonly command: readonly (string | readonly string[])[];
  readonly decision: Decision;
  readonly examples?: Examples<readonly string[]>;
}

/** Checked when the policy is read: a rule that does not do as its examples say is refused. */
export interface Examples<T> {
  readonly match?: readonly T[];
  readonly notMatch?: readonly T[];
}

/** Limits of one run. */
export interface Limits {
  /** Wall clock, milliseconds; the whole tree is killed then. Default 120,000. */
  readonly timeoutMs?: number;
  /** Processes and threads at once. Default 512. */
  readonly processes?: number;
  /** Bytes of data of each process (heap and private mappings). Default 4 GiB. */
  readonly memoryBytes?: number;
  /** Largest file that a process may write, bytes. Default 1 GiB. */
  readonly fileBytes?: number;
  /** Space in the private /tmp and /dev/shm together, bytes. Default 256 MiB. */
  readonly temporaryBytes?: number;
  /** Open descriptors of each process. Default 1024. */
  readonly descriptors?: number;
  /** Bytes of output kept of each stream; what is above is counted and cut. Default 1 MiB. */
  readonly outputBytes?: number;
}

export type Profile = 'strict' | 'workspace';
export type Preset = 'safe' | 'balanced' | 'power' | 'developer';

/** What a run is confined by. A layer that is required and missing is an error. */
export type Layer =
  /** A file system of its own, made from the policy's paths alone. */
  | 'mounts'
  /** Landlock: the kernel checks every path once more by its inode. */
  | 'landlock'
  /** A filter of system calls. */
  | 'seccomp'
  /** Names that are never written at any depth, watched by a supervisor inside. */
  | 'names'
  | 'noNewPrivileges'
  /** No capability in any set. */
  | 'capabilities'
  /** A process tree of its own that ends with the run. */
  | 'processes'
  /** A network of its own: none, or the proxy alone. */
  | 'network'
  | 'environment'
  /** No descriptor but 0, 1 and 2. */
  | 'descriptors'
  /** No controlling terminal. */
  | 'session'
  | 'limits';
export const LAYERS: readonly Layer[] = [
  'mounts',
  'landlock',
  'seccomp',
  'names',
  'noNewPrivileges',
  'capabilities',
  'processes',
  'network',
  'environment',
  'descriptors',
  'session',
  'limits',
];

/** The policy as users write it. Read strictly: an unknown key is an error. */
export interface Policy {
  readonly version: 1;
  readonly profile: Profile;
  /** At least one. */
  readonly roots: readonly Root[];
  /** System paths that commands may read and execute; default `SYSTEM_PATHS` of the platform. */
  readonly system?: readonly string[];
  /** Names that are not written at any depth, beside the built-in ones (`PROTECTED_NAMES`). */
  readonly protectedNames?: readonly string[];
  /** `read` (default): `.git` is not written. `limited`: objects, refs, index and the like are, hooks and configuration are not. */
  readonly git?: 'read' | 'limited';
  readonly paths?: readonly PathRule[];
  readonly commands?: readonly CommandRule[];
  /** What becomes of a command that no rule names. Default `confirm`. */
  readonly unknownCommands?: Decision;
  readonly network?: {
    /** Host names (`example.com`), or all below one (`*.example.com`). Empty, the default: no network at all. */
    readonly domains: readonly string[];
    /** Ports, default 80 and 443. */
    readonly ports?: readonly number[];
  };
  readonly environment?: {
    /** Names taken over from the host beside the default ones (`ENVIRONMENT_NAMES`); never those that load code. */
    readonly pass?: readonly string[];
    readonly set?: Readonly<Record<string, string>>;
  };
  readonly limits?: Limits;
  /** `required` (default): every layer that the policy needs, or an error. `bestEffort`: what the host can, and the report says what. */
  readonly enforcement?: 'required' | 'bestEffort';
}

/** What a `confirm` callback is asked. Frozen: what is granted is what was asked. */
export type ConfirmRequest =
  | {
      readonly kind: 'command';
      readonly command: readonly string[];
      readonly cwd: string;
      readonly verdict: Verdict;
    }
  | { readonly kind: 'path'; readonly path: string; readonly intent: Intent; readonly verdict: Verdict };

/** Allows for a time what would have been `confirm`; never what is `deny`. */
export interface GrantRequest {
  readonly id?: string;
  /** The path and all below it, absolute or relative to a root. */
  readonly path?: string;
  readonly intents?: readonly Intent[];
  /** The exact words of a command, or its first ones with `prefix: true`. */
  readonly command?: readonly string[];
  readonly prefix?: boolean;
  /** Milliseconds from now until the grant ends. Required: no grant is for ever. At most 24 hours. */
  readonly forMs: number;
}

export interface Grant extends Readonly<Required<Pick<GrantRequest, 'id'>>> {
  readonly path?: string;
  readonly intents?: readonly Intent[];
  readonly command?: readonly string[];
  readonly prefix?: boolean;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

export interface SandboxOptions {
  /** Asked for every `confirm`. Only `true` grants, and only this once. Without it `confirm` is refused. */
  readonly confirm?: (request: ConfirmRequest) => boolean | Promise<boolean>;
  /** Every operation and verdict goes here: a directory that lies in no root, made when absent (0700). */
  readonly audit?: { readonly directory: string };
}

export interface ExecuteOptions {
  /** Absolute or relative to the first root; must be an existing directory in a root. Default: the first root. */
  readonly cwd?: string;
  /** For this run, beside the policy's; the same names are refused. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to the standard input, which is then closed. Default: nothing. */
  readonly input?: string | Uint8Array;
  /** Stricter limits for this run; a laxer one than the policy's is an error. */
  readonly limits?: Limits;
  /** Each piece of output as it comes, before and after the cut. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', piece: Uint8Array) => void;
  /** Kills the whole tree; the promise rejects with the signal's reason once all of it is gone. */
  readonly signal?: AbortSignal;
}

/** What confined a run, as the launcher did it, not as it was planned. */
export interface Enforcement {
  readonly launcher: 'native' | 'bubblewrap' | 'seatbelt' | 'none';
  readonly layers: readonly Layer[];
  /** Layers that the policy wants and the host does not give. Of a run: empty unless `bestEffort`. */
  readonly missing: readonly { readonly layer: Layer; readonly why: string }[];
  /** 0 when there is none. */
  readonly landlockAbi: number;
  readonly network: 'none' | 'proxy';
}

export interface Execution {
  /** 0 to 255; null when a signal ended it. */
  readonly exitCode: number | null;
  /** `SIGKILL`, ...; null when it ended by itself. */
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Bytes that came, kept or not. */
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly stdoutCut: boolean;
  readonly stderrCut: boolean;
  /** The time-out killed it. */
  readonly timedOut: boolean;
  readonly durationMs: number;
  readonly enforcement: Enforcement;
}

export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
}

/** One policy, compiled. */
export interface Sandbox {
  /**
   * What the policy says of a path, without asking anybody. Absolute, or relative to the first root.
   * Cost: a few system calls; see the README. Never throws for a string without NUL and lone surrogates.
   */
  evaluate(path: string, intent: Intent): Verdict;
  /** What the policy says of a command. */
  evaluateCommand(command: string, args?: readonly string[]): Verdict;
  /**
   * Runs a program, not a shell line: the words reach it byte for byte. Settles when no process of the run is left.
   * @throws SandboxError (as a rejection) `ERR_DENIED`, `ERR_COMMAND_NOT_FOUND`, `ERR_ENFORCEMENT`, `ERR_LAUNCH`, `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`
   */
  execute(command: string, args?: readonly string[], options?: ExecuteOptions): Promise<Execution>;
  /** Bytes of a file. @throws SandboxError `ERR_DENIED`, `ERR_NOT_FOUND`, `ERR_NOT_A_FILE`, `ERR_TOO_LARGE`, `ERR_IO` */
  read(path: string, options?: { readonly maxBytes?: number }): Promise<Uint8Array>;
  /** Writes a file whole: a new one beside it, flushed, then renamed over it; a reader sees the old or the new. Errors as `read`. */
  write(path: string, data: string | Uint8Array): Promise<void>;
  /** Entries of a directory, sorted by name (UTF-16 code units); those that the policy does not let be read are left out. Errors as `read`, and `ERR_NOT_A_DIRECTORY`. */
  list(path: string): Promise<readonly Entry[]>;
  /** Made by the host's own code, never from inside. */
  grant(request: GrantRequest): Grant;
  revoke(id: string): boolean;
  /**
   * What a run would be confined by, by what the kernel has; no process is started. A host that has a layer and keeps it from this
   * user is found out by the first run, which then fails with `ERR_ENFORCEMENT`.
   */
  capabilities(): Enforcement;
  /** Kills what runs, closes the audit log. */
  close(): Promise<void>;
}

/** One engine. */
export interface SandboxEngine {
  /**
   * Reads the policy, asks the file system about its paths once, and makes a sandbox of it.
   * @throws SandboxError `ERR_POLICY`
   */
  createSandbox(policy: Policy, options?: SandboxOptions): Sandbox;
}

export type SandboxErrorCode =
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_OUT_OF_RANGE'
  /** The policy is not valid; `issues` says where and why. */
  | 'ERR_POLICY'
  /** The verdict was deny, or nobody confirmed; `verdict` says why. */
  | 'ERR_DENIED'
  /** A layer is required and this host cannot give it; `missing` names each. */
  | 'ERR_ENFORCEMENT'
  /** The program is not there, or cannot be executed inside. */
  | 'ERR_COMMAND_NOT_FOUND'
  /** The confined process could not be set up; `step` says where. */
  | 'ERR_LAUNCH'
  | 'ERR_NOT_FOUND'
  | 'ERR_NOT_A_FILE'
  | 'ERR_NOT_A_DIRECTORY'
  | 'ERR_TOO_LARGE'
  | 'ERR_IO'
  | 'ERR_CLOSED'
  | 'ERR_AUDIT'
  | 'ERR_INTERNAL';

/** What goes with a code. */
export interface SandboxErrorDetails {
  readonly cause?: unknown;
  readonly verdict?: Verdict;
  /** `path.to.key: what is wrong`. */
  readonly issues?: readonly string[];
  readonly missing?: readonly { readonly layer: Layer; readonly why: string }[];
  readonly step?: string;
  /** `ENOENT`, ... */
  readonly errno?: string;
}

export class SandboxError extends Error {
  readonly code: SandboxErrorCode;
  declare readonly verdict?: Verdict;
  declare readonly issues?: readonly string[];
  declare readonly missing?: readonly { readonly layer: Layer; readonly why: string }[];
  declare readonly step?: string;
  declare readonly errno?: string;

  constructor(code: SandboxErrorCode, message: string, details: SandboxErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SandboxError';
    this.code = code;
    const { cause: _, ...rest } = details;
    Object.assign(this, rest);
  }
}
