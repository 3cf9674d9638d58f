/** The sandbox itself, on either engine: policy, approvals, audit and runs are the same for both. */

import { delimiter } from 'node:path';
import { decide } from './approvals/decide.ts';
import { createGrants } from './approvals/grants.ts';
import {
  absolutePath,
  bytesOf,
  checkExecuteOptions,
  checkIntent,
  checkMaxBytes,
  stricterLimits,
  wordsOf,
} from './arguments.ts';
import { Acts } from './audit/acts.ts';
import { openAuditLogOn } from './audit/log.ts';
import { loadStorage } from './audit/storage.ts';
import {
  type ConfirmRequest,
  type Enforcement,
  type Entry,
  type ExecuteOptions,
  type Execution,
  type Grant,
  type GrantRequest,
  type Intent,
  type Policy,
  type Sandbox,
  SandboxError,
  type SandboxOptions,
  type Verdict,
} from './contract.ts';
import type { Core, PathGrant } from './core.ts';
import { type Run, start } from './execution/execute.ts';
import { type Network, openNetwork } from './execution/network.ts';
import { evaluateCommand } from './policy/commands.ts';
import { compilePolicy } from './policy/compile.ts';
import type { CompiledPolicy } from './policy/compiled.ts';
import { scrubbedEnvironment } from './policy/environment.ts';
import { isWithin } from './policy/paths.ts';

/** What `read` takes at most unless told otherwise, bytes. */
export const DEFAULT_READ_MAX_BYTES = 256 * 2 ** 20;

/** Where programs are looked for when the host has no PATH. */
const DEFAULT_PATH = ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
/** Of the launchers: private, empty at the start of every run. */
const PRIVATE_PLACES = ['HOME=/tmp/home', 'TMPDIR=/tmp'];

/** `createSandbox` on one engine. */
export function sandboxesOn(makeCore: (compiled: CompiledPolicy) => Core) {
  return function createSandbox(policy: Policy, options: SandboxOptions = {}): Sandbox {
    const first = compilePolicy(policy);
    const directory = options.audit?.directory;
    if (directory === undefined) return new LiveSandbox(first, makeCore(first), new Acts(undefined), options);
    const roots = first.roots.map(({ path }) => path);
    const log = openAuditLogOn(loadStorage(), directory, { roots });
    try {
      // Once more, now that the log is there: no path of the policy shows it.
      const compiled = compilePolicy(policy, { private: [log.directory] });
      return new LiveSandbox(compiled, makeCore(compiled), new Acts(log), options);
    } catch (error) {
      void log.close();
      throw error;
    }
  };
}

class LiveSandbox implements Sandbox {
  readonly #compiled: CompiledPolicy;
  readonly #core: Core;
  readonly #acts: Acts;
  readonly #confirm: SandboxOptions['confirm'];
  readonly #grants = createGrants(undefined, undefined, (path) => this.#grantedPaths(path));
  readonly #network: Network | undefined;
  readonly #runs = new Set<Run>();
  #isClosed = false;

  constructor(compiled: CompiledPolicy, core: Core, acts: Acts, { confirm }: SandboxOptions) {
    this.#compiled = compiled;
    this.#core = core;
    this.#acts = acts;
    this.#confirm = confirm;
    this.#network = openNetwork(compiled, ({ host, port, allowed, why }) =>
      acts.record({
        operation: 'connect',
        subject: `${host}:${port}`,
        outcome: allowed ? 'allowed' : 'refused',
        why,
      }),
    );
  }

  get #firstRoot(): string {
    return (this.#compiled.roots[0] as CompiledPolicy['roots'][0]).path;
  }

  evaluate(path: string, intent: Intent): Verdict {
    this.#checkOpen();
    const { paths } = this.#grants.active();
    const absolute = absolutePath(path, this.#firstRoot);
    const verdict = this.#core.evaluate(absolute, checkIntent(intent), paths);
    this.#acts.record({ operation: 'evaluate', subject: absolute, intent, verdict });
    return verdict;
  }

  evaluateCommand(command: string, args: readonly string[] = []): Verdict {
    this.#checkOpen();
    const subject = wordsOf(command, args);
    const verdict = this.#judge(subject);
    this.#acts.record({ operation: 'evaluateCommand', subject, verdict });
    return verdict;
  }

  async execute(
    command: string,
    args: readonly string[] = [],
    options: ExecuteOptions = {},
  ): Promise<Execution> {
    this.#checkOpen();
    const argv = wordsOf(command, args);
    const { cwd: given, env = {}, limits, ...rest } = checkExecuteOptions(options);
    const merged = stricterLimits(this.#compiled.limits, limits);
    const environment = this.#environment(env);
    const cwd = this.#directory(given);
    const verdict = this.#judge(argv);
    const entry = {
      operation: 'execute',
      phase: 'intent',
      subject: argv,
      cwd,
      verdict,
      environment,
    } as const;
    return this.#acts.around(
      entry,
      async () => {
        await this.#decide({ kind: 'command', command: argv, cwd, verdict }, rest.signal);
        const { paths: grants } = this.#grants.active();
        const proxy = this.#network === undefined ? {} : { proxy: this.#network.endpoint };
        return this.#run(() =>
          start(this.#core, { argv, env: environment, cwd, grants, ...proxy }, merged, rest),
        );
      },
      ({ timedOut, exitCode, signal, durationMs, enforcement }) => ({
        outcome: timedOut ? 'timedOut' : 'done',
        exitCode,
        signal,
        durationMs,
        enforcement,
      }),
    );
  }

  async read(path: string, options: { readonly maxBytes?: number } = {}): Promise<Uint8Array> {
    const maxBytes = checkMaxBytes(options.maxBytes, DEFAULT_READ_MAX_BYTES);
    return this.#act(path, 'read', {}, (absolute, grants) => this.#core.read(absolute, maxBytes, grants));
  }

  async write(path: string, data: string | Uint8Array): Promise<void> {
    const bytes = bytesOf(data);
    const size = { bytes: bytes.length };
    return this.#act(path, 'write', size, (absolute, grants) => this.#core.write(absolute, bytes, grants));
  }

  async list(path: string): Promise<readonly Entry[]> {
    return this.#act(path, 'list', {}, (absolute, grants) => this.#core.list(absolute, grants));
  }

  grant(request: GrantRequest): Grant {
    this.#checkOpen();
    const grant = this.#grants.grant(request);
    this.#acts.record({ operation: 'grant', subject: grant });
    return grant;
  }

  revoke(id: string): boolean {
    this.#checkOpen();
    const revoked = this.#grants.revoke(id);
    this.#acts.record({ operation: 'revoke', subject: id, outcome: revoked ? 'revoked' : 'unknown' });
    return revoked;
  }

  capabilities(): Enforcement {
    return this.#core.capabilities();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const runs = [...this.#runs];
    for (const run of runs) run.kill();
    await Promise.allSettled(runs.map((run) => run.result));
    await this.#network?.close();
    this.#core.close();
    await this.#acts.close();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new SandboxError('ERR_CLOSED', 'the sandbox is closed');
  }

  #judge(argv: readonly string[]): Verdict {
    return evaluateCommand(this.#compiled, argv, this.#grants.active().commands);
  }

  #environment(extra: Readonly<Record<string, string>>): string[] {
    const environment = scrubbedEnvironment(this.#compiled, process.env, extra);
    const given = new Set(environment.map((entry) => entry.split('=', 1)[0]));
    const rest = [...PRIVATE_PLACES, `PATH=${DEFAULT_PATH}`, ...(this.#network?.environment ?? [])];
    return [...environment, ...rest.filter((entry) => !given.has(entry.split('=', 1)[0]))];
  }

  /** A working directory lies in a root, resolved: no command makes a root of where it stands. */
  #directory(given: string | undefined): string {
    const absolute = absolutePath(given ?? this.#firstRoot, this.#firstRoot, 'options.cwd');
    const verdict = this.#core.evaluate(absolute, 'list', this.#grants.active().paths);
    const { resolved } = verdict;
    const isInRoot =
      resolved !== undefined && this.#compiled.roots.some(({ path }) => isWithin(resolved, path));
    if (verdict.decision === 'allow' && isInRoot) return resolved;
    const refused: Verdict = isInRoot ? verdict : { ...verdict, decision: 'deny', reason: 'outside' };
    this.#acts.record({ operation: 'evaluate', subject: absolute, intent: 'list', verdict: refused });
    const message = `the working directory ${JSON.stringify(absolute)} is refused: ${refused.reason}`;
    throw new SandboxError('ERR_DENIED', message, { verdict: refused });
  }

  /** Logs the question and its answer; throws unless it may be done. */
  async #decide(request: ConfirmRequest, signal?: AbortSignal): Promise<void> {
    const { verdict } = request;
    const subject = request.kind === 'path' ? request.path : request.command;
    try {
      const { wasAsked } = await decide(verdict, request, this.#confirm, signal);
      if (wasAsked) this.#acts.record({ operation: 'confirm', subject, verdict, outcome: 'granted' });
    } catch (error) {
      if (verdict.decision === 'confirm') {
        this.#acts.record({ operation: 'confirm', subject, verdict, outcome: 'refused' });
      }
      throw error;
    }
    // Asking may have taken long.
    this.#checkOpen();
  }

  async #run(begin: () => Run): Promise<Execution> {
    const run = begin();
    this.#runs.add(run);
    try {
      return await run.result;
    } finally {
      this.#runs.delete(run);
    }
  }

  /** A file action: judged, logged, perhaps confirmed, done. */
  async #act<T>(
    path: string,
    intent: 'read' | 'write' | 'list',
    more: { readonly bytes?: number },
    act: (absolute: string, grants: readonly PathGrant[]) => Promise<T>,
  ): Promise<T> {
    this.#checkOpen();
    const absolute = absolutePath(path, this.#firstRoot);
    const verdict = this.#core.evaluate(absolute, intent, this.#grants.active().paths);
    return this.#acts.around(
      { operation: intent, subject: absolute, intent, verdict, ...more },
      async () => {
        await this.#decide({ kind: 'path', path: absolute, intent, verdict });
        const { paths } = this.#grants.active();
        // What was confirmed is what was judged: this path, this intent, this once.
        const isOnce = verdict.decision === 'confirm' && verdict.resolved !== undefined;
        const once = isOnce ? [{ id: 'confirmed', path: verdict.resolved, intents: [intent] }] : [];
        return act(absolute, [...paths, ...once]);
      },
      () => ({ outcome: 'done' }),
    );
  }

  /** Grants are compared with resolved paths; a relative one is meant in every root. */
  #grantedPaths(path: string): string[] {
    const places = path.startsWith('/') ? [path] : this.#compiled.roots.map((root) => `${root.path}/${path}`);
    return places.map((place) => this.#core.evaluate(place, 'read', []).resolved ?? place);
  }
}
