/**
 * Checkpoints of one growing session, generated out of real events: what is saved next shares most of its bytes with what was
 * saved before. Each step appends a turn of three messages and changes the fields at the head; one step in eight also
 * replaces an early message by a note that it was compacted away.
 */

import { eventsOf, type Input, makeWork, type Work } from './work.ts';

const MESSAGES_A_STEP = 3;
/** Compacted at its fourth step, then at every eighth. */
const COMPACT_EVERY = 8;
const FIRST_COMPACTED = 3;

/** Digits of a message's number, which stand at its beginning: `{"n":"00000017",...`. */
const NUMBER_AT = '{"n":"'.length;
const SPACING = 7_500;

export interface SequenceOptions {
  /** Of the first checkpoint. */
  readonly bytes: number;
  readonly steps: number;
  /** Which of several sessions: each begins at another event. */
  readonly session?: number;
}

/** The checkpoints of one session in the order of their saves. */
export const sequenceOf =
  (options: SequenceOptions) =>
  (inputs: readonly Input[]): Input[] =>
    makeSequence(inputs, options);

/** Checkpoints of sessions that share nothing: each follows one that has no byte in common with it. */
export const strangers =
  (bytes: number, count: number) =>
  (inputs: readonly Input[]): Input[] =>
    Array.from({ length: count }, (_, session) => {
      const [first] = makeSequence(inputs, { bytes, steps: 1, session });
      const { id, parts } = first as Work;
      const [body] = parts as [Buffer];
      return { ...(first as Work), id: `${id}-fresh`, stamps: stampsEvery(body, SPACING) };
    });

export function makeSequence(inputs: readonly Input[], options: SequenceOptions): Work[] {
  const { bytes, steps, session = 0 } = options;
  const { events, from } = eventsOf(inputs);
  // Sessions come over the same events; with numbers of their own no message of one is a message of another.
  const messageAt = (n: number) =>
    numbered(events[(session * 977 + n) % events.length] as Buffer, session * 1_000_000 + n);
  const messages: Buffer[] = [];
  for (let size = 0; size < bytes; size += (messages.at(-1) as Buffer).length + 1)
    messages.push(messageAt(messages.length));
  const base = messages.length;

  return Array.from({ length: steps }, (_, step) => {
    if (step > 0) for (let k = 0; k < MESSAGES_A_STEP; k++) messages.push(messageAt(messages.length));
    if (step % COMPACT_EVERY === FIRST_COMPACTED)
      messages[step + 2] = compacted(messages[step + 2] as Buffer);
    const head = headOf(session, step, messages.length);
    const { body, places } = joined(head, messages);
    // A rotation writes the numbers of what came after the base anew, so that it is not what an earlier one saved.
    const stamps = [STATUS_AT, ...places.slice(base).map((place) => place + NUMBER_AT)];
    return makeWork(from, `session-${session}-${bytes}-${step}`, [body], stamps);
  });
}

const STATUS_AT = '{"version":3,"revision":"'.length;

/** Of one length whatever the step is. */
function headOf(session: number, step: number, messages: number): string {
  const digits = (value: number, length: number) => String(value).padStart(length, '0');
  const status = ['waiting', 'running', 'editing'][step % 3] as string;
  return `{"version":3,"revision":"00000000","session":"s_${digits(session, 6)}","status":"${status}","turn":"${digits(step, 6)}","usage":{"inputTokens":"${digits(messages * 211, 9)}","outputTokens":"${digits(messages * 37, 9)}"},"messages":[`;
}

function numbered(event: Buffer, n: number): Buffer {
  return Buffer.concat([
    Buffer.from(`{"n":"${String(n).padStart(8, '0')}","event":`),
    event,
    Buffer.from('}'),
  ]);
}

const compacted = (message: Buffer): Buffer =>
  Buffer.concat([message.subarray(0, NUMBER_AT + 8), Buffer.from('","event":{"type":"compacted"}}')]);

/** The checkpoint, and where each message begins in it. */
function joined(head: string, messages: readonly Buffer[]): { body: Buffer; places: number[] } {
  const size = messages.reduce((sum, message) => sum + message.length + 1, Buffer.byteLength(head) + 1);
  const body = Buffer.allocUnsafe(size);
  const places: number[] = [];
  let at = body.write(head);
  for (const [index, message] of messages.entries()) {
    if (index > 0) body[at++] = 0x2c;
    places.push(at);
    at += message.copy(body, at);
  }
  at += body.write(']}', at);
  return { body, places };
}

/** Places of message numbers, less than `spacing` and a message apart. */
function stampsEvery(body: Buffer, spacing: number): number[] {
  const places = [STATUS_AT];
  for (let at = 0; ; ) {
    const found = body.indexOf('{"n":"', at);
    if (found < 0) return places;
    places.push(found + NUMBER_AT);
    at = Math.max(found + 1, found + spacing - 2_200);
  }
}

/** Writes the number of the rotation into every stamp: microseconds. */
export function stamp({ parts, stamps }: Work, rotation: number): void {
  const digits = Buffer.from(String(rotation % 1e8).padStart(8, '0'), 'latin1');
  for (const place of stamps) (parts[0] as Buffer).set(digits, place);
}
