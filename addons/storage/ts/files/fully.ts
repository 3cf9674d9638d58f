import { type OpenFile, systemCode } from './file-system.ts';

/** Reads until `buffer` is full or the file ends; returns the bytes read. */
export function readFully(file: OpenFile, buffer: Uint8Array, offset: number): number {
  let done = 0;
  while (done < buffer.length) {
    const read = retried(() => file.readAt(done === 0 ? buffer : buffer.subarray(done), offset + done));
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** Writes all of `bytes`, however short the single writes are. */
export function writeFully(file: OpenFile, bytes: Uint8Array, offset: number): void {
  let done = 0;
  while (done < bytes.length) {
    done += progress(
      retried(() => file.writeAt(done === 0 ? bytes : bytes.subarray(done), offset + done)),
      file,
    );
  }
}

/** Writes the parts one after the other. */
export function writevFully(file: OpenFile, parts: readonly Uint8Array[], offset: number): void {
  let rest = parts.filter((part) => part.length > 0);
  let position = offset;
  while (rest.length > 0) {
    let written = progress(
      retried(() => file.writevAt(rest, position)),
      file,
    );
    position += written;
    let whole = 0;
    while (whole < rest.length && written >= (rest[whole] as Uint8Array).length) {
      written -= (rest[whole] as Uint8Array).length;
      whole += 1;
    }
    rest = rest.slice(whole);
    if (written > 0) rest[0] = (rest[0] as Uint8Array).subarray(written);
  }
}

/** As `writeFully`, off the main thread. `bytes` must not change until it settles. */
export async function writeFullyAsync(file: OpenFile, bytes: Uint8Array, offset: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += progress(await file.writeAsync(bytes.subarray(done), offset + done), file);
    } catch (error) {
      if (systemCode(error) !== 'EINTR') throw error;
    }
  }
}

/** A write of nothing is no progress: going on would never end. */
function progress(written: number, file: OpenFile): number {
  if (written > 0) return written;
  throw Object.assign(new Error(`EIO: a write to ${file.path} took no bytes`), { code: 'EIO' });
}

/** A read or write that a signal interrupted has done nothing. A flush is never tried again. */
function retried(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (systemCode(error) !== 'EINTR') throw error;
    }
  }
}
