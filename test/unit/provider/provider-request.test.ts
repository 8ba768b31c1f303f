/** One request to a provider: where it goes, when it ends, and how much of an answer is read. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { answerTo } from '../../../lib/provider/provider-request.ts';
import { ProviderServer } from './provider-server.ts';

const MAX_ANSWER_BYTES = 131_072;

let server: ProviderServer;
beforeEach(async () => {
  server = await ProviderServer.start();
});
afterEach(() => server.close());

const post = (more: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
  answerTo({ timeoutMs: 5_000, signal: new AbortController().signal, nowMs: 0, ...more }, (send) =>
    send(`${server.base}/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_secret: 'canary' }),
      redirect: 'follow',
    }),
  );

test('status, body and Retry-After are what the answer said', async () => {
  server.reply = { status: 503, headers: { 'retry-after': '7' }, body: 'later' };
  expect(await post()).toEqual({ status: 503, body: 'later', retryAfter: '7' });
  server.reply = { body: '{"a":"ü"}' };
  expect(await post()).toEqual({ status: 200, body: '{"a":"ü"}' });
});

test('a byte order mark is no part of an answer', async () => {
  server.reply = { body: '\uFEFF{}' };
  expect(await post()).toEqual({ status: 200, body: '{}' });
});

test.each([301, 302, 303, 307, 308])('a redirect (%d) is not followed', async (status) => {
  const elsewhere = await ProviderServer.start();
  server.reply = { status, headers: { location: `${elsewhere.base}/token` } };
  expect(await post()).toBeUndefined();
  expect(server.asked).toHaveLength(1);
  expect(elsewhere.asked).toEqual([]);
  await elsewhere.close();
});

test('a failed request is not repeated', async () => {
  server.reply = (response) => response.destroy();
  expect(await post()).toBeUndefined();
  expect(server.asked).toHaveLength(1);
});

test('nobody listening is no answer', async () => {
  const url = server.base;
  await server.close();
  server = await ProviderServer.start();
  const call = { timeoutMs: 5_000, signal: new AbortController().signal, nowMs: 0 };
  expect(await answerTo(call, (send) => send(url, {}))).toBeUndefined();
});

test('a request that cannot be made is no answer, and no exception shows it', async () => {
  const call = { timeoutMs: 5_000, signal: new AbortController().signal, nowMs: 0 };
  const request = () => {
    throw new TypeError('canary');
  };
  expect(await answerTo(call, request)).toBeUndefined();
});

describe('time', () => {
  const silent = () => undefined;
  const stalling = (response: { write(chunk: string): unknown }) => void response.write('{"acc');

  test.each([
    ['says nothing', silent],
    ['stops in the middle of its body', stalling],
  ])('a server that %s is left when the time is over', async (_what, reply) => {
    server.reply = reply;
    const began = performance.now();
    expect(await post({ timeoutMs: 100 })).toBeUndefined();
    expect(performance.now() - began).toBeGreaterThan(80);
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  test.each([
    ['says nothing', silent],
    ['stops in the middle of its body', stalling],
  ])('garbage collection does not save a server that %s', async (_what, reply) => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const collecting = setInterval(collectGarbage, 10);
    const late = new AbortController();
    const connectionClosed = new Promise<string>((resolve) => {
      server.reply = (response) => {
        response.once('close', () => resolve('connection closed'));
        reply(response);
      };
    });
    const lateOutcome = setTimeout(3_000, 'still waiting', { signal: late.signal, ref: false });
    lateOutcome.catch(() => undefined);

    expect(await Promise.race([post({ timeoutMs: 300 }), lateOutcome])).toBeUndefined();
    expect(await Promise.race([connectionClosed, lateOutcome])).toBe('connection closed');
    late.abort();
    clearInterval(collecting);
  });

  test('the caller ends it at any time', async () => {
    const caller = new AbortController();
    server.reply = (response) => {
      response.write('{');
      caller.abort();
    };
    expect(await post({ signal: caller.signal })).toBeUndefined();
    expect(server.asked).toHaveLength(1);
    expect(await post({ signal: caller.signal })).toBeUndefined();
    expect(server.asked).toHaveLength(1);
  });

  test.each([0, -5, 0.5])(
    '%d ms are too few for an answer, not for an exception',
    async (timeoutMs) => {
      server.reply = silent;
      expect(await post({ timeoutMs })).toBeUndefined();
    },
  );

  test('a call leaves nothing behind on the signal of its caller', async () => {
    const { signal } = new AbortController();
    const remove = jest.spyOn(signal, 'removeEventListener');
    const add = jest.spyOn(signal, 'addEventListener');
    await post({ signal });
    expect(remove.mock.calls).toEqual(add.mock.calls);
    expect(add).toHaveBeenCalledTimes(1);
  });
});

describe('size', () => {
  test.each([
    [MAX_ANSWER_BYTES, MAX_ANSWER_BYTES],
    [MAX_ANSWER_BYTES + 1, 0],
  ])('of a body of %d bytes %d are read', async (bytes, read) => {
    server.reply = { body: 'x'.repeat(bytes) };
    expect((await post())?.body.length).toBe(read);
  });

  test('a body without end is let go of', async () => {
    const ENOUGH_BYTES = 32 * 1_048_576;
    let written = 0;
    const closed = new Promise<void>((resolve) => {
      server.reply = (response) => {
        response.once('close', resolve);
        const chunk = Buffer.alloc(65_536, ' ');
        const writeOn = () => {
          if (written >= ENOUGH_BYTES) response.end();
          else if (!response.destroyed) response.write(chunk, writeOn);
          written += chunk.length;
        };
        writeOn();
      };
    });
    expect((await post())?.body.length).toBe(0);
    await closed;
    expect(written).toBeLessThan(ENOUGH_BYTES);
  });

  test('a small body that unpacks to a large one counts as the large one', async () => {
    const packed = gzipSync(Buffer.alloc(64 * 1_048_576, ' '));
    expect(packed.length).toBeLessThan(MAX_ANSWER_BYTES);
    server.reply = { headers: { 'content-encoding': 'gzip' }, body: packed };
    const before = process.memoryUsage().arrayBuffers;
    expect((await post())?.body.length).toBe(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1_048_576);
  });

  test('half an answer is none', async () => {
    server.reply = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"access_token":"A"}', () => response.destroy());
    };
    expect(await post()).toBeUndefined();
  });
});
