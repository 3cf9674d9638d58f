import type { Readable } from 'node:stream';

/** What bwrap tells of a run on its status descriptor: one JSON document a line. */
export interface Status {
  /** The host's number of the sandbox's first process; undefined when bwrap ended before there was one. */
  readonly firstPid: Promise<number | undefined>;
  /** There only when the program was executed: 128 and the signal's number when a signal ended it. Known at the end. */
  readonly exitCode: Promise<number | undefined>;
}

export function readStatus(stream: Readable): Status {
  let foundPid: (pid: number | undefined) => void = () => {};
  let foundCode: (code: number | undefined) => void = () => {};
  const firstPid = new Promise<number | undefined>((resolve) => {
    foundPid = resolve;
  });
  const exitCode = new Promise<number | undefined>((resolve) => {
    foundCode = resolve;
  });
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (piece: string) => {
    text += piece;
    const lines = text.split('\n');
    text = lines.pop() as string;
    for (const line of lines) {
      const document = parse(line);
      if (typeof document?.['child-pid'] === 'number') foundPid(document['child-pid']);
      if (typeof document?.['exit-code'] === 'number') foundCode(document['exit-code']);
    }
  });
  const end = () => {
    foundPid(undefined);
    foundCode(undefined);
  };
  stream.once('end', end);
  stream.once('close', end);
  stream.on('error', end);
  return { firstPid, exitCode };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
