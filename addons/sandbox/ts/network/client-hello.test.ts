import { expect, test } from 'vitest';
import { MAX_HELLO_BYTES, readClientHello } from './client-hello.ts';
import { clientHello } from './testing/client.ts';

/** Appends an extension to a ClientHello of one record. */
function withExtension(hello: Buffer, type: number, content: Buffer): Buffer {
  const extra = Buffer.concat([
    Buffer.from([type >> 8, type & 0xff, content.length >> 8, content.length & 0xff]),
    content,
  ]);
  const longer = Buffer.concat([hello, extra]);
  longer.writeUInt16BE(longer.readUInt16BE(3) + extra.length, 3);
  longer.writeUIntBE(longer.readUIntBE(6, 3) + extra.length, 6, 3);
  const sessionAt = 9 + 34;
  const suitesAt = sessionAt + 1 + (longer[sessionAt] as number);
  const methodsAt = suitesAt + 2 + longer.readUInt16BE(suitesAt);
  const extensionsAt = methodsAt + 1 + (longer[methodsAt] as number);
  longer.writeUInt16BE(longer.readUInt16BE(extensionsAt) + extra.length, extensionsAt);
  return longer;
}

function inRecordsOf(hello: Buffer, size: number): Buffer {
  const body = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, piece.length >> 8, piece.length & 0xff]), piece);
  }
  return Buffer.concat(records);
}

test('the name is read, however the records are cut, and only once all is there', async () => {
  const hello = await clientHello('www.a.com');
  expect(readClientHello(hello)).toEqual({ kind: 'name', name: 'www.a.com' });
  for (const size of [1, 2, 3, 7, 100]) {
    expect(readClientHello(inRecordsOf(hello, size))).toEqual({ kind: 'name', name: 'www.a.com' });
  }
  for (let length = 0; length < hello.length; length++) {
    expect(readClientHello(hello.subarray(0, length)).kind).toBe('partial');
  }
  const early = Buffer.concat([hello, Buffer.from([23, 3, 3, 0, 1, 0])]);
  expect(readClientHello(early)).toEqual({ kind: 'name', name: 'www.a.com' });
});

test('no name, two names and an encrypted hello are refused', async () => {
  const unnamed = await clientHello(undefined);
  expect(readClientHello(unnamed)).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('no server'),
  });
  const named = await clientHello('a.com');
  const second = Buffer.concat([Buffer.from([0, 8, 0, 0, 5]), Buffer.from('b.com')]);
  expect(readClientHello(withExtension(named, 0, second))).toMatchObject({
    why: expect.stringContaining('two'),
  });
  expect(readClientHello(withExtension(unnamed, 0, second))).toEqual({ kind: 'name', name: 'b.com' });
  const encrypted = withExtension(named, 0xfe0d, Buffer.alloc(8));
  expect(readClientHello(encrypted)).toMatchObject({ why: expect.stringContaining('encrypted') });
});

test('other protocols and damaged bytes do not throw', async () => {
  expect(readClientHello(Buffer.from('GET / HTTP/1.1\r\n')).kind).toBe('notTls');
  expect(readClientHello(Buffer.from('SSH-2.0-x')).kind).toBe('notTls');
  const hello = await clientHello('a.com');
  for (let at = 0; at < hello.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const damaged = Buffer.from(hello);
      damaged[at] = value;
      expect(['partial', 'name', 'refused', 'notTls']).toContain(readClientHello(damaged).kind);
    }
  }
});

test('a hello without end is refused at 16 KiB', () => {
  const endless = inRecordsOf(
    Buffer.concat([Buffer.alloc(5), Buffer.from([1, 0, 0x3f, 0xff]), Buffer.alloc(20_000)]),
    1000,
  );
  expect(readClientHello(endless.subarray(0, MAX_HELLO_BYTES)).kind).toBe('refused');
  const huge = Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff]);
  expect(readClientHello(huge).kind).toBe('refused');
});
