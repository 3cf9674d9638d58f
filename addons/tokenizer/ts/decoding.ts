import { decodedTooLarge, invalidToken } from './arguments.ts';
import { MAX_TEXT_LENGTH } from './contract.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The byte order mark is text like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The text of `ids`, special tokens by their names; throws the errors of `TokenizerEngine.decode`. */
export function decodeIds(vocabulary: Vocabulary, ids: Uint32Array): string {
  const { offsets, pool, size, special } = vocabulary;
  let length = 0;
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index] as number;
    if (id < size) {
      length += (offsets[id + 1] as number) - (offsets[id] as number);
    } else {
      const name = special.get(id);
      if (name === undefined) throw invalidToken(ids, vocabulary.encoding);
      length += name.length;
    }
  }
  // Three bytes give at least one unit, so the text would be too long in any case.
  if (length > 3 * MAX_TEXT_LENGTH) throw decodedTooLarge();
  const bytes = new Uint8Array(length);
  let written = 0;
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index] as number;
    if (id < size) {
      const end = offsets[id + 1] as number;
      for (let at = offsets[id] as number; at < end; at += 1) bytes[written++] = pool[at] as number;
    } else {
      written += encoder.encodeInto(special.get(id) as string, bytes.subarray(written)).written;
    }
  }
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw decodedTooLarge(cause);
  }
  if (text.length > MAX_TEXT_LENGTH) throw decodedTooLarge();
  return text;
}
