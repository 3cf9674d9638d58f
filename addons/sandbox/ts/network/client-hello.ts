/**
 * Reads the server's name off the first bytes of a TLS connection. The name in a CONNECT line is what was checked; the
 * name in the ClientHello is what the far side goes by: where they differ, a shared front end would serve another host.
 */

/** Record headers included. A ClientHello with post-quantum keys is about 2 KiB. */
export const MAX_HELLO_BYTES = 16_384;

export type Hello =
  /** Not all of it is there. */
  | { readonly kind: 'partial' }
  /** The name as sent, not canonical. */
  | { readonly kind: 'name'; readonly name: string }
  /** TLS, and no name that can be trusted. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'notTls' };

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const RECORD_HEADER_BYTES = 5;
const HANDSHAKE_HEADER_BYTES = 4;
const VERSION_AND_RANDOM_BYTES = 34;
const MAX_RECORD_BYTES = 16_384;
const SERVER_NAME = 0;
const HOST_NAME = 0;
/** Encrypted ClientHello: the name outside is not the one that counts. */
const ENCRYPTED_HELLO = 0xfe0d;

export function readClientHello(bytes: Buffer): Hello {
  if (bytes.length === 0) return { kind: 'partial' };
  if (bytes[0] !== HANDSHAKE_RECORD || (bytes.length > 1 && bytes[1] !== 3)) return { kind: 'notTls' };
  const handshake = joinRecords(bytes);
  if (handshake === undefined) return refused('a record that is no handshake inside the ClientHello');
  if (handshake.length > 0 && handshake[0] !== CLIENT_HELLO) return refused('no ClientHello');
  const bodyBytes = handshake.length < HANDSHAKE_HEADER_BYTES ? Infinity : handshake.readUIntBE(1, 3);
  if (bodyBytes !== Infinity && bodyBytes > MAX_HELLO_BYTES) return refused('the ClientHello is too large');
  if (handshake.length < HANDSHAKE_HEADER_BYTES + bodyBytes) {
    return bytes.length >= MAX_HELLO_BYTES ? refused('the ClientHello is too large') : { kind: 'partial' };
  }
  try {
    return readBody(
      new Reader(handshake.subarray(HANDSHAKE_HEADER_BYTES, HANDSHAKE_HEADER_BYTES + bodyBytes)),
    );
  } catch (error) {
    if (error instanceof RangeError) return refused('the ClientHello is damaged');
    throw error;
  }
}

/** What the handshake records hold so far: a ClientHello may be spread over many. Undefined: another kind of record. */
function joinRecords(bytes: Buffer): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== HANDSHAKE_RECORD) return isWhole(pieces) ? Buffer.concat(pieces) : undefined;
    if (bytes.length - at < RECORD_HEADER_BYTES) break;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > MAX_RECORD_BYTES) return undefined;
    const start = at + RECORD_HEADER_BYTES;
    pieces.push(bytes.subarray(start, start + length));
    at = start + length;
  }
  return Buffer.concat(pieces);
}

/** After a whole ClientHello other records may follow (early data). */
function isWhole(pieces: readonly Buffer[]): boolean {
  const joined = Buffer.concat(pieces);
  return (
    joined.length >= HANDSHAKE_HEADER_BYTES &&
    joined.length >= HANDSHAKE_HEADER_BYTES + joined.readUIntBE(1, 3)
  );
}

function readBody(body: Reader): Hello {
  body.take(VERSION_AND_RANDOM_BYTES);
  body.vector(1); // session
  body.vector(2); // cipher suites
  body.vector(1); // compression methods
  if (body.left === 0) return refused('the ClientHello names no server');
  const extensions = new Reader(body.vector(2));
  let name: string | undefined;
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (type === ENCRYPTED_HELLO) return refused('the ClientHello is encrypted');
    if (type !== SERVER_NAME) continue;
    if (name !== undefined) return refused('the ClientHello names two servers');
    const list = new Reader(new Reader(content).vector(2));
    const kind = list.number(1);
    name = list.vector(2).toString('latin1');
    if (kind !== HOST_NAME || list.left > 0) return refused('the ClientHello names two servers');
  }
  return name === undefined ? refused('the ClientHello names no server') : { kind: 'name', name };
}

function refused(why: string): Hello {
  return { kind: 'refused', why };
}

/** Reads past the end throw RangeError. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Buffer {
    if (length > this.left) throw new RangeError('past the end');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number(length: number): number {
    return this.take(length).readUIntBE(0, length);
  }

  /** Bytes behind a length of `lengthBytes`. */
  vector(lengthBytes: number): Buffer {
    return this.take(this.number(lengthBytes));
  }
}
