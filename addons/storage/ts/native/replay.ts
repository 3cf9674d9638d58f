import type { NativeReplay } from '../binding.d.ts';
import type { EventChunk } from '../contract.ts';
import { translated } from './writers.ts';

/** The chunks of a cursor. Each is read straight into a buffer of its own, which nothing else refers to. */
export function* readNativeChunks(replay: NativeReplay): Generator<EventChunk, void> {
  try {
    for (;;) {
      const bytes = translated(() => replay.nextBytes());
      if (bytes === 0) return;
      const buffer = Buffer.allocUnsafeSlow(bytes);
      const ranges = translated(() => replay.fill(buffer));
      if (ranges.length === 0) continue;
      yield { firstSeq: replay.firstSeq(), count: ranges.length / 2, buffer, ranges };
    }
  } finally {
    // A file that waits for the collector would keep a file system busy.
    replay.close();
  }
}
