import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  clientHello,
  exchange,
  open,
  rest,
  startProxy,
  startTcp,
  tunnelTo,
  until,
} from './testing/client.ts';
import { carry, type TunnelOptions } from './tunnel.ts';

const echo = () => startTcp((socket) => socket.pipe(socket));

/** A tunnel of `carry` itself, for port 443's rules on a port that needs no privilege. */
async function carried(onUpstream: (socket: Socket) => void, options: Partial<TunnelOptions> = {}) {
  const cuts: string[] = [];
  const upstreamPort = await startTcp(onUpstream);
  const port = await startTcp((client) => {
    const upstream = connect({ port: upstreamPort, host: '127.0.0.1', allowHalfOpen: true });
    const onCut = (why: string) => cuts.push(why);
    carry(client, upstream, {
      host: 'a.com',
      tlsOnly: true,
      idleMs: 60_000,
      helloMs: 60_000,
      onCut,
      ...options,
    });
  });
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, cuts };
}

describe('N11: the name inside TLS', () => {
  test.each(['a.com', 'A.com'])('%s passes, byte for byte, in one piece and in many', async (name) => {
    const hello = await clientHello(name);
    for (const size of [hello.length, 50]) {
      const { socket, cuts } = await carried((upstream) => upstream.pipe(upstream));
      for (let at = 0; at < hello.length; at += size) {
        socket.write(hello.subarray(at, at + size));
        if (size < hello.length) await new Promise((resolve) => setImmediate(resolve));
      }
      socket.end('more');
      expect(await rest(socket)).toBe(`${hello.toString('latin1')}more`);
      expect(cuts).toEqual([]);
    }
  });

  test.each([['b.com'], ['x.a.com'], [undefined]])('%s is cut before a byte goes out', async (name) => {
    const got: Buffer[] = [];
    const { socket, cuts } = await carried((upstream) =>
      upstream.on('data', (piece: Buffer) => got.push(piece)),
    );
    socket.write(await clientHello(name));
    expect(await rest(socket)).toBe('');
    expect(got).toEqual([]);
    expect(cuts).toHaveLength(1);
  });

  test('no TLS, half a hello and silence are cut where TLS alone is allowed', async () => {
    const plain = await carried(() => {});
    plain.socket.write('GET / HTTP/1.1\r\n\r\n');
    expect(await rest(plain.socket)).toBe('');
    const half = await carried(() => {});
    half.socket.end((await clientHello('a.com')).subarray(0, 100));
    expect(await rest(half.socket)).toBe('');
    const silent = await carried(() => {}, { helloMs: 100 });
    expect(await rest(silent.socket)).toBe('');
    expect([plain.cuts, half.cuts, silent.cuts]).toEqual([
      ['no TLS'],
      ['the connection ended inside its ClientHello'],
      ['no whole ClientHello in time'],
    ]);
  });

  test('TLS on another port is looked at too, other protocols pass', async () => {
    const port = await echo();
    const running = startProxy({ ports: [port] });
    const wrong = await tunnelTo(running, `a.com:${port}`);
    wrong.write(await clientHello('b.com'));
    expect(await rest(wrong)).toBe('');
    expect(running.decisions).toEqual([
      { host: 'a.com', port, allowed: true, why: 'listed' },
      { host: 'a.com', port, allowed: false, why: 'the ClientHello names another host ("b.com")' },
    ]);
    const right = await tunnelTo(running, `A.com.:${port}`);
    right.end('SSH-2.0-x\r\n');
    expect(await rest(right)).toBe('SSH-2.0-x\r\n');
  });
});

describe('bytes', () => {
  test('who speaks before the answer is refused', async () => {
    const port = await echo();
    const running = startProxy({ ports: [port] });
    const head = `CONNECT a.com:${port} HTTP/1.1\r\nHost: a.com:${port}\r\n${running.authorization}`;
    const smuggled = `GET http://b.com/ HTTP/1.1\r\nHost: b.com\r\n\r\n`;
    for (const tail of [`\r\n${smuggled}`, `Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`]) {
      expect(await exchange(running.path, head + tail)).toMatch(/^HTTP\/1\.1 400/);
    }
    expect(await exchange(running.path, `${head}Transfer-Encoding: chunked\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(running.decisions.map(({ allowed }) => allowed)).toEqual([false, false, false]);
  });

  test('each half ends by itself', async () => {
    const port = await startTcp((socket) => {
      socket.once('end', () => setTimeout(() => socket.end('late answer'), 50));
      socket.resume();
    });
    const running = startProxy({ ports: [port] });
    const socket = await tunnelTo(running, `a.com:${port}`);
    socket.end('question');
    expect(await rest(socket)).toBe('late answer');
    const first = await startTcp((server) => server.end('greeting'));
    const greeted = startProxy({ ports: [first] });
    expect(await rest(await tunnelTo(greeted, `a.com:${first}`))).toBe('greeting');
  });

  test('a tunnel that is silent for long is ended', async () => {
    const port = await echo();
    const running = startProxy({ ports: [port], idleMs: 150 });
    const socket = await tunnelTo(running, `a.com:${port}`);
    expect(await rest(socket)).toBe('');
  });

  test('50 MB pass, and who does not read stops who writes', async () => {
    const total = 50_000_000;
    const block = Buffer.alloc(65_536, 'x');
    let written = 0;
    const port = await startTcp((socket) => {
      const pump = () => {
        while (written < total) {
          written += block.length;
          if (!socket.write(block)) return;
        }
        socket.end();
      };
      socket.on('drain', pump);
      pump();
    });
    const running = startProxy({ ports: [port] });
    const socket = await tunnelTo(running, `a.com:${port}`);
    await until(socket, 'x');
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Kernel buffers of two connections and the streams' own: far from all.
    expect(written).toBeLessThan(20_000_000);
    let read = 0;
    socket.on('data', (piece) => {
      read += piece.length;
    });
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    expect(read).toBe(written - 1);
  });

  test('the end of the proxy ends its tunnels', async () => {
    const port = await echo();
    const running = startProxy({ ports: [port] });
    const idle = await open(running.path);
    const socket = await tunnelTo(running, `a.com:${port}`);
    socket.write('x');
    await until(socket, 'x');
    const ends = Promise.all([rest(idle), rest(socket)]);
    await running.close();
    expect(await ends).toEqual(['', '']);
  });
});
