/**
 * The ground of one case: a directory tree of its own with a root, what lies around it, and the roles of the host that
 * a case asks for. Everything is made by the user who runs the case, and gone after it.
 */

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Policy } from '../contract.ts';
import { changed, type Snapshot, snapshot } from './snapshot.ts';

/** Not below /tmp: sandboxes put a /tmp of their own over it, and then nothing outside could be seen to be safe. */
export const GROUND_DIRECTORY = process.env.PAIRBENCH_CORPUS_GROUND ?? '/var/tmp';

/** What the attack program writes wherever it gets through. */
export const MARK = 'planted by an attack';

export class Ground {
  readonly base: string;
  /** The root: written by the policy's leave. */
  readonly w: string;
  /** Begins like the root and is not in it. */
  readonly evil: string;
  readonly outside: string;
  /** A root for reading: the attack program. */
  readonly tools: string;
  readonly binary: string;
  /** In `outside/secret.txt`; must be seen nowhere. */
  readonly secret = `secret-${randomBytes(16).toString('hex')}`;
  readonly secretFile: string;
  readonly target: string;
  /** What roles and hooks of a case tell its oracle. */
  readonly notes = new Map<string, string>();
  #ends: (() => unknown)[] = [];
  #sealed = new Map<string, Snapshot>();

  constructor(binary: string) {
    this.base = mkdtempSync(join(GROUND_DIRECTORY, 'pairbench-corpus-'));
    chmodSync(this.base, 0o755);
    [this.w, this.evil, this.outside, this.tools] = ['w', 'w-evil', 'outside', 'tools'].map((name) => {
      mkdirSync(join(this.base, name));
      return join(this.base, name);
    }) as [string, string, string, string];
    this.binary = join(this.tools, 'attacks');
    copyFileSync(binary, this.binary);
    chmodSync(this.binary, 0o755);
    this.secretFile = join(this.outside, 'secret.txt');
    this.target = join(this.outside, 'target.txt');
    writeFileSync(this.secretFile, `${this.secret}\n`);
    writeFileSync(this.target, 'as it was\n');
    writeFileSync(join(this.evil, 'target.txt'), 'as it was\n');
  }

  /** The words of an attack. */
  attack(name: string, ...words: readonly (string | number)[]): readonly string[] {
    return [this.binary, name, ...words.map(String)];
  }

  in(...parts: readonly string[]): string {
    return join(this.w, ...parts);
  }

  /** Writes a file in the root, with its directories. */
  file(path: string, content = 'as it was\n'): string {
    const whole = path.startsWith('/') ? path : this.in(path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, content);
    return whole;
  }

  /** A repository made by git itself, with a commit, at `w` or below. */
  repository(at = '.'): string {
    const directory = this.in(at);
    mkdirSync(directory, { recursive: true });
    this.file(join(at, 'file.txt'), 'one\n');
    const identity = ['-c', 'user.name=corpus', '-c', 'user.email=corpus@example.invalid'];
    const git = (...words: string[]) =>
      execFileSync('git', [...identity, ...words], {
        cwd: directory,
        stdio: 'pipe',
        env: { PATH: process.env.PATH },
      });
    git('init', '--quiet', '--initial-branch=main', '.');
    git('add', '.');
    git('commit', '--quiet', '--message=one');
    for (const [name, value] of [
      ['user.name', 'corpus'],
      ['user.email', 'corpus@example.invalid'],
    ] as const)
      git('config', name, value);
    return join(directory, '.git');
  }

  policy(more: Partial<Policy> = {}): Policy {
    return {
      version: 1,
      profile: 'workspace',
      roots: [
        { path: this.w, access: 'write' },
        { path: this.tools, access: 'read' },
      ],
      unknownCommands: 'allow',
      ...more,
    };
  }

  /** From here on changes below these directories are found. */
  seal(...directories: readonly string[]): void {
    for (const directory of [this.outside, this.evil, this.tools, ...directories])
      this.#sealed.set(directory, snapshot(directory));
  }

  /** What changed in the sealed directories: content, metadata, names. */
  changes(): string | undefined {
    const found = [...this.#sealed].flatMap(([directory, before]) => changed(before, snapshot(directory)));
    return found.length === 0 ? undefined : `changed: ${found.slice(0, 6).join(', ')}`;
  }

  /** Where in the root the secret lies; `undefined` when nowhere. */
  copied(secret = this.secret): string | undefined {
    const look = (directory: string): string | undefined => {
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) {
          const inner = look(path);
          if (inner !== undefined) return inner;
        } else if (entry.isFile() && readFileSync(path).includes(secret)) return path;
      }
      return undefined;
    };
    return look(this.w);
  }

  onEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  /** Sets a variable of this process until the end of the case. */
  setVariable(name: string, value: string): void {
    const before = process.env[name];
    process.env[name] = value;
    this.onEnd(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }

  async dispose(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
    for (const pid of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended in the meantime.
      }
    }
    // rm walks by descriptors: it removes what is deeper than a path can be long.
    execFileSync('rm', ['-rf', '--one-file-system', this.base]);
  }

  /** Processes of this host that were started with a path of this ground: each of them is ours. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^[0-9]+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(this.base);
        } catch {
          return false;
        }
      })
      .map(Number);
  }
}
