import { Writable } from 'node:stream';
import type { SpoolWriter } from '../contract.ts';

/**
 * A stream that writes to `writer`, finishes it at its end and drops it when destroyed before. A chunk is on its way to
 * the disk when its callback comes, so a fast source waits for a slow disk; what is in memory is the stream's own
 * `writableHighWaterMark` and the writer's block.
 */
export function spoolStream(writer: SpoolWriter): Writable {
  return new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      settle(() => writer.write(chunk), done);
    },
    final(done) {
      settle(() => writer.finish(), done);
    },
    destroy(error, done) {
      // Nothing after `finish`, also when the stream ends by itself.
      settle(
        () => writer.abort(),
        (failure) => done(error ?? failure ?? null),
      );
    },
  });
}

function settle(call: () => unknown, done: (error?: Error | null) => void): void {
  try {
    call();
  } catch (error) {
    done(error as Error);
    return;
  }
  done();
}
