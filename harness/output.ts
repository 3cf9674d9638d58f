/** People read stderr, programs read stdout. Colour and the moving line only on a terminal that wants them. */

import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { writeWhole } from './result.ts';

type Stream = NodeJS.WriteStream;

export class Output {
  readonly #stderr: Stream;
  readonly #live: boolean;
  readonly #print: (text: string) => void;
  readonly #cwd: string;
  #liveLine = false;

  /** @param cwd the folder that file names given by the user start from */
  constructor(stdout: Stream, stderr: Stream, env: NodeJS.ProcessEnv, cwd: string) {
    // Bound now, since the CLI sends what suites and packages print elsewhere.
    const write = stdout.write.bind(stdout);
    this.#print = (text) => void write(text);
    this.#cwd = cwd;
    this.#stderr = stderr;
    this.#live = stderr.isTTY === true && !env.CI;
  }

  get isLive(): boolean {
    return this.#live;
  }

  /** A line for programs. */
  print(line: string): void {
    this.#print(`${line}\n`);
  }

  /** A line for people. */
  say(line = ''): void {
    this.clearProgress();
    this.#stderr.write(`${line}\n`);
  }

  /** Replaces the moving line; nothing off a terminal. Called between trials, never during one. */
  progress(line: string): void {
    if (!this.#live) return;
    this.clearProgress();
    this.#stderr.write(line.slice(0, (this.#stderr.columns ?? 80) - 1));
    this.#liveLine = true;
  }

  clearProgress(): void {
    if (this.#liveLine) this.#stderr.write('\r\u001b[2K');
    this.#liveLine = false;
  }

  /** Colours a word where the terminal takes colours (NO_COLOR and FORCE_COLOR are obeyed). */
  paint(style: 'red' | 'green' | 'yellow' | 'dim' | 'bold', text: string): string {
    return styleText(style, text, { stream: this.#stderr });
  }

  /** The value of `--json`: to stdout, or into the file. */
  json(where: boolean | string, value: unknown): void {
    if (where === true) this.print(JSON.stringify(value, null, 1));
    else if (where !== false) writeWhole(resolve(this.#cwd, where), `${JSON.stringify(value, null, 1)}\n`);
  }
}
