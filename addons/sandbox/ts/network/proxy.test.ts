import { spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { proxyEnvironment } from './environment.ts';
import { createProxy } from './proxy.ts';
import { exchange, open, rest, startHttp, startProxy, until } from './testing/client.ts';

const hello = () => startHttp((_, response) => void response.end('hello'));

describe('N11: one name', () => {
  test.each([
    ['as listed', 'a.com', 'a.com'],
    ['upper case', 'A.COM', 'a.com'],
    ['trailing dot', 'a.com.', 'a.com'],
    ['below', 'x.a.com', 'X.A.com.'],
  ])('%s reaches the host', async (_, urlHost, header) => {
    const { port, seen } = await hello();
    const running = startProxy({ ports: [port] });
    const answer = await exchange(
      running.path,
      `GET http://${urlHost}:${port}/x?y=1 HTTP/1.1\r\nHost: ${header}:${port}\r\nConnection: close\r\n${running.authorization}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*hello/);
    expect(seen).toEqual(['GET /x?y=1']);
    expect(running.decisions).toEqual([expect.objectContaining({ allowed: true, port })]);
  });

  test.each([
    ['not below', 'nota.com', 403],
    ['another', 'b.com', 403],
    ['suffix', 'a.com.evil.org', 403],
    ['percent escape', 'a%2ecom', 400],
    ['user information', 'a.com@b.com', 400],
    ['user and word', 'u:w@a.com', 400],
    ['empty label', 'a..com', 400],
    ['NUL', 'a.com\0.b.com', 400],
    ['control byte', 'a.com\u0001', 400],
    ['raw UTF-8', 'b\u00c3\u00bccher.a.com', 400],
    ['backslash', 'b.com\\.a.com', 400],
    ['IPv4', '127.0.0.1', 403],
    ['decimal IPv4', '2130706433', 403],
    ['hex IPv4', '0x7f.1', 403],
    ['metadata', '169.254.169.254', 403],
    ['IPv6', '[::1]', 403],
    ['mapped', '[::ffff:169.254.169.254]', 403],
    ['zone', '[fe80::1%eth0]', 400],
  ])('%s is refused, as CONNECT and as a request', async (_, host, status) => {
    const { port, seen } = await hello();
    const running = startProxy({ ports: [port] });
    for (const line of [`CONNECT ${host}:${port}`, `GET http://${host}:${port}/`]) {
      const answer = await exchange(
        running.path,
        `${line} HTTP/1.1\r\nHost: ${host}:${port}\r\n${running.authorization}\r\n`,
      );
      expect(answer.slice(0, 12)).toMatch(status === 403 ? /^HTTP\/1\.1 403/ : /^HTTP\/1\.1 40[03]/);
    }
    expect(seen).toEqual([]);
    expect(running.decisions.filter(({ allowed }) => allowed)).toEqual([]);
    expect(running.decisions).toHaveLength(2);
  });

  test('punycode of a listed name is that name', async () => {
    const { port } = await hello();
    const running = startProxy({ ports: [port], domains: ['bücher.example'] });
    const name = `xn--bcher-kva.example:${port}`;
    const answer = await exchange(
      running.path,
      `GET http://${name}/ HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n${running.authorization}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
  });

  test('Host must be the host asked for, once, with its port', async () => {
    const { port, seen } = await hello();
    const running = startProxy({ ports: [port] });
    const heads = [
      `Host: b.com:${port}`,
      `Host: x.a.com:${port}`,
      'Host: a.com:1',
      `Host: a.com:${port}\r\nHost: a.com:${port}`,
    ];
    for (const head of [...heads, 'X: y']) {
      for (const line of [`CONNECT a.com:${port}`, `GET http://a.com:${port}/`]) {
        const answer = await exchange(
          running.path,
          `${line} HTTP/1.1\r\n${head}\r\n${running.authorization}\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 400/);
      }
    }
    expect(seen).toEqual([]);
  });

  test('what is neither CONNECT nor an absolute http URL is refused', async () => {
    const running = startProxy({ ports: [80, 443] });
    const lines = [
      'GET /',
      'GET https://a.com/',
      'GET ftp://a.com/',
      'OPTIONS *',
      'CONNECT a.com',
      'CONNECT http://a.com/',
    ];
    for (const line of [
      ...lines,
      'CONNECT a.com:0',
      'CONNECT a.com:65536',
      'GET http://a.com/#x',
      'CONNECT :443',
    ]) {
      const answer = await exchange(
        running.path,
        `${line} HTTP/1.1\r\nHost: a.com\r\n${running.authorization}\r\n`,
      );
      expect(answer, line).toMatch(/^HTTP\/1\.1 400/);
    }
  });
});

describe('N12: where a name leads', () => {
  test.each([['127.0.0.1'], ['169.254.169.254'], ['::1'], ['::ffff:10.0.0.1'], ['fd00:ec2::254']])(
    'a listed name that leads to %s is refused, also beside a public address',
    async (address) => {
      const { port, seen } = await hello();
      for (const addresses of [[address], ['8.8.8.8', address]]) {
        const running = startProxy({ ports: [port], allowPrivate: false, lookup: async () => addresses });
        const answer = await exchange(
          running.path,
          `CONNECT a.com:${port} HTTP/1.1\r\nHost: a.com:${port}\r\n${running.authorization}\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 403[\s\S]*private/);
      }
      expect(seen).toEqual([]);
    },
  );

  test('the name is looked up once, and that answer is what is connected to', async () => {
    const { port } = await hello();
    const asked: string[] = [];
    const lookup = async (host: string) => {
      asked.push(host);
      return asked.length === 1 ? ['127.0.0.1'] : ['127.0.0.2'];
    };
    const running = startProxy({ ports: [port], lookup });
    const request = `GET http://A.com:${port}/ HTTP/1.1\r\nHost: a.com:${port}\r\nConnection: close\r\n${running.authorization}\r\n`;
    expect(await exchange(running.path, request)).toMatch(/^HTTP\/1\.1 200/);
    expect(asked).toEqual(['a.com']);
  });

  test('a name that does not resolve, and a host that does not answer, are 502', async () => {
    const running = startProxy({ ports: [1], lookup: () => Promise.reject(new Error('ENOTFOUND')) });
    const silent = startProxy({ ports: [1] });
    const empty = startProxy({ ports: [1], lookup: async () => [] });
    for (const { path, authorization } of [running, silent, empty]) {
      expect(
        await exchange(path, `CONNECT a.com:1 HTTP/1.1\r\nHost: a.com:1\r\n${authorization}\r\n`),
      ).toMatch(/^HTTP\/1\.1 502/);
    }
  });

  test('a redirect goes back to the program', async () => {
    const { port, seen } = await startHttp((_, response) => {
      response.writeHead(302, { Location: 'http://169.254.169.254/' }).end();
    });
    const running = startProxy({ ports: [port] });
    const answer = await exchange(
      running.path,
      `GET http://a.com:${port}/ HTTP/1.1\r\nHost: a.com:${port}\r\nConnection: close\r\n${running.authorization}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 302[\s\S]*Location: http:\/\/169\.254\.169\.254\//);
    expect(seen).toHaveLength(1);
  });

  test('a port that is not listed is refused', async () => {
    const { port } = await hello();
    const running = startProxy({ ports: [443] });
    const answer = await exchange(
      running.path,
      `CONNECT a.com:${port} HTTP/1.1\r\nHost: a.com:${port}\r\n${running.authorization}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
  });
});

describe('N14, N15: who may ask, and for what', () => {
  test('without the right token everything is 407', async () => {
    const { port, seen } = await hello();
    const running = startProxy({ ports: [port] });
    const basic = (text: string) => `Proxy-Authorization: Basic ${Buffer.from(text).toString('base64')}\r\n`;
    const other = startProxy({ ports: [port] });
    const { token } = running;
    const wrong = [
      '',
      'Proxy-Authorization: Basic\r\n',
      `Proxy-Authorization: Bearer ${token}\r\n`,
      basic(`sandbox:${token}x`),
      basic(`sandbox:${token.slice(1)}`),
      basic(`other:${token}`),
      basic('sandbox:'),
      `Authorization: ${other.authorization.slice('Proxy-Authorization: '.length)}`,
      other.authorization,
    ];
    for (const header of wrong) {
      for (const line of [`CONNECT a.com:${port}`, `GET http://a.com:${port}/`, 'GET /']) {
        const answer = await exchange(
          running.path,
          `${line} HTTP/1.1\r\nHost: a.com:${port}\r\n${header}\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 407[\s\S]*Proxy-Authenticate: Basic/);
      }
    }
    expect(seen).toEqual([]);
  });

  test('an empty list allows nothing, an invalid domain is an error at the start', async () => {
    const { port } = await hello();
    const running = startProxy({ ports: [port], domains: [] });
    const answer = await exchange(
      running.path,
      `CONNECT a.com:${port} HTTP/1.1\r\nHost: a.com:${port}\r\n${running.authorization}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
    expect(() => createProxy({ domains: ['*'], ports: [80] })).toThrow(
      expect.objectContaining({ code: 'ERR_POLICY' }),
    );
  });

  test('the environment names the proxy and no exception', () => {
    const names = proxyEnvironment(3128, 'word');
    expect(names).toContain('HTTPS_PROXY=http://sandbox:word@127.0.0.1:3128');
    expect(names).toContain('http_proxy=http://sandbox:word@127.0.0.1:3128');
    expect(names).toContain('no_proxy=');
    expect(names).toContain('NODE_USE_ENV_PROXY=1');
  });
});

describe('what is passed on', () => {
  test('headers between neighbours stay here; the token above all', async () => {
    let headers: Record<string, unknown> = {};
    const { port } = await startHttp((request, response) => {
      headers = request.headers;
      response
        .writeHead(200, { 'Proxy-Authenticate': 'x', 'X-Own': 'y', Connection: 'close, X-Own' })
        .end('z');
    });
    const running = startProxy({ ports: [port] });
    const answer = await exchange(
      running.path,
      `GET http://a.com:${port}/ HTTP/1.1\r\nHost: a.com:${port}\r\nConnection: close, X-Named\r\nX-Named: 1\r\nX-Kept: 2\r\n` +
        `TE: trailers\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\n${running.authorization}\r\n`,
    );
    expect(headers).toEqual({ connection: 'close', host: `a.com:${port}`, 'x-kept': '2' });
    expect(answer).not.toMatch(/proxy-authenticate|x-own/i);
  });

  test('bodies arrive whole, counted or in chunks', async () => {
    const { port } = await startHttp((request, response) => request.pipe(response));
    const running = startProxy({ ports: [port] });
    const head = `POST http://a.com:${port}/ HTTP/1.1\r\nHost: a.com:${port}\r\nConnection: close\r\n${running.authorization}`;
    expect(await exchange(running.path, `${head}Content-Length: 5\r\n\r\n12345`)).toContain('12345');
    const chunked = await exchange(
      running.path,
      `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    );
    expect(chunked).toContain('abc');
    expect(await exchange(running.path, `${head}\r\n`)).toMatch(/^HTTP\/1\.1 200/);
  });

  test('request splitting: two lengths, odd line ends and folded names are refused', async () => {
    const { port, seen } = await hello();
    const running = startProxy({ ports: [port] });
    const line = `POST http://a.com:${port}/ HTTP/1.1\r\nHost: a.com:${port}\r\n${running.authorization}`;
    const bodies = [
      'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345',
      'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
      'Content-Length: +5\r\n\r\n12345',
      'X : y\r\n\r\n',
      'X: a\rb\r\n\r\n',
      'X: a\0b\r\n\r\n',
      'Connection: content-length\r\nContent-Length: 5\r\n\r\n12345',
    ];
    for (const body of bodies)
      expect(await exchange(running.path, line + body), body).toMatch(/^HTTP\/1\.1 400/);
    expect(seen).toEqual([]);
  });

  test('every request of one connection is judged', async () => {
    const { port, seen } = await hello();
    const running = startProxy({ ports: [port] });
    const socket = await open(running.path);
    const request = (host: string, authorization = running.authorization) =>
      `GET http://${host}:${port}/ HTTP/1.1\r\nHost: ${host}:${port}\r\n${authorization}\r\n`;
    socket.write(request('a.com'));
    await until(socket, 'hello');
    socket.write(request('a.com', ''));
    expect(await rest(socket)).toMatch(/^[^H]*HTTP\/1\.1 407/);
    expect(seen).toHaveLength(1);
  });
});

test('what cannot be logged is not done, and ends nothing else', async () => {
  const { port, seen } = await startHttp((_, response) => response.end('hello'));
  const running = startProxy({
    ports: [port],
    onRequest: () => {
      throw new Error('the disk is full');
    },
  });
  const head = `Host: a.com:${port}\r\n${running.authorization}\r\n`;
  expect(await exchange(running.path, `GET http://a.com:${port}/ HTTP/1.1\r\n${head}`)).toMatch(
    /^HTTP\/1\.1 503/,
  );
  expect(await exchange(running.path, `CONNECT a.com:${port} HTTP/1.1\r\n${head}`)).toMatch(
    /^HTTP\/1\.1 503/,
  );
  expect(await exchange(running.path, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  expect(seen).toEqual([]);
});

test('a listening descriptor is served', async () => {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const { fd } = (listener as unknown as { _handle: { fd: number } })._handle;
  // In another process, so that the descriptor is its own alone.
  const script = `import { createProxy } from ${JSON.stringify(new URL('./proxy.ts', import.meta.url).href)};
    createProxy({ domains: [], ports: [80] }).serve({ descriptor: 3 }); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit', fd],
  });
  onTestFinished(() => void child.kill());
  listener.close();
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write('GET http://a.com/ HTTP/1.1\r\nHost: a.com\r\n\r\n');
  expect(await rest(socket)).toMatch(/^HTTP\/1\.1 407/);
});

describe('limits', () => {
  test('a head over 16 KiB and a slow one are refused', async () => {
    const running = startProxy({ ports: [80], headersMs: 300 });
    const large = `GET http://a.com/ HTTP/1.1\r\nHost: a.com\r\nX: ${'y'.repeat(17_000)}\r\n\r\n`;
    expect(await exchange(running.path, large)).toMatch(/^HTTP\/1\.1 431/);
    const start = performance.now();
    expect(await exchange(running.path, 'CONNECT a.com:80 HTTP/1.1\r\nHo')).toMatch(/^HTTP\/1\.1 408/);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('at most 64 connections at once', async () => {
    const running = startProxy({ ports: [80] });
    const sockets = await Promise.all(Array.from({ length: 64 }, () => open(running.path)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await exchange(running.path, 'GET / HTTP/1.1\r\n\r\n')).toBe('');
    sockets[0]?.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await exchange(running.path, 'GET / HTTP/1.1\r\nHost: a.com\r\n\r\n')).toMatch(/^HTTP\/1\.1 407/);
  });
});
