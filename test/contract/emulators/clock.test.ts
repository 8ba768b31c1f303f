/**
 * The embedded AWS's clock: what services and containers see of it, the schedules it drives, and
 * waiting until all has come to rest.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  type EmbeddedAws,
  type EmbeddedAwsOptions,
  startEmbeddedAws,
} from '../../../local/aws/embedded-aws.ts';
import { startFakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { CREDENTIALS } from './endpoint.ts';

const DAY_MS = 24 * 60 * 60_000;
const BUNDLES = {
  tells: `
    const loadedAtMs = Date.now();
    class Later extends Date {}
    export const handler = async (event, context) => {
      const startMs = performance.now();
      await new Promise((resolve) => setTimeout(resolve, event.waitMs ?? 0));
      return {
        loadedAtMs, nowMs: Date.now(), newMs: new Date().getTime(), laterMs: new Later().getTime(),
        text: Date(), waitedMs: performance.now() - startMs,
        given: [new Date(5).getTime(), new Date(2026, 0, 1).getFullYear(), Date.UTC(1970, 0, 1),
          Date.parse('1970-01-01T00:00:01Z')],
        same: new Date() instanceof Date && new Date().constructor === Date,
        subclass: new Later() instanceof Later,
        remainingMs: context.getRemainingTimeInMillis(),
      };
    };`,
  /** Prints what it was given, and invokes the next function, if it names one. */
  prints: `
    import { request } from 'node:http';
    export const handler = async ({ text, next }) => {
      console.log(text);
      if (next === undefined) return;
      const url = process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions/prints/invocations';
      const headers = {
        authorization: 'AWS4-HMAC-SHA256 Credential=prints/x', 'x-amz-invocation-type': 'Event',
      };
      await fetch(url, { method: 'POST', headers, body: JSON.stringify(next) });
    };`,
} as const;

let directory: string;
let aws: EmbeddedAws;
let lambda: LambdaClient;
let printed: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'embedded-clock-'));
  for (const [name, source] of Object.entries(BUNDLES)) {
    await writeFile(join(directory, `${name}.mjs`), source);
  }
});

afterAll(() => rm(directory, { recursive: true }));

async function start(options: EmbeddedAwsOptions = {}): Promise<void> {
  printed = [];
  aws = await startEmbeddedAws({
    functions: Object.keys(BUNDLES).map((name) => ({
      name,
      bundle: join(directory, `${name}.mjs`),
      environment: {},
      timeoutSeconds: 30,
    })),
    onLog: ({ text }) => printed.push(text),
    ...options,
  });
  lambda = new LambdaClient(settings());
}

const settings = () => ({ endpoint: aws.url, region: 'us-east-1', credentials: CREDENTIALS });

afterEach(async () => {
  lambda.destroy();
  await aws.close();
});

async function invoke(FunctionName: keyof typeof BUNDLES, event: unknown = {}) {
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  return JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8'));
}

const invokeLater = (event: unknown) =>
  lambda.send(
    new InvokeCommand({
      FunctionName: 'prints',
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );

describe('what is seen of the clock', () => {
  test('a container sees it from the moment it loads its bundle', async () => {
    await start();
    aws.clock.advance(DAY_MS);
    const beforeMs = aws.clock.nowMs();
    const { loadedAtMs, nowMs } = await invoke('tells');
    expect(loadedAtMs).toBeGreaterThanOrEqual(beforeMs);
    expect(nowMs).toBeLessThanOrEqual(aws.clock.nowMs());
  });

  test('a warm container sees it advance, however it asks', async () => {
    await start();
    const first = await invoke('tells');
    aws.clock.advance(DAY_MS);
    const beforeMs = aws.clock.nowMs();
    const second = await invoke('tells');
    expect(second.loadedAtMs).toBe(first.loadedAtMs);
    for (const timeMs of [second.nowMs, second.newMs, second.laterMs]) {
      expect(timeMs).toBeGreaterThanOrEqual(beforeMs);
      expect(timeMs).toBeLessThanOrEqual(aws.clock.nowMs());
    }
    const textMs = Date.parse(second.text);
    expect(textMs).toBeGreaterThanOrEqual(beforeMs - 1000);
  });

  test('a Date that is given its time, and what a Date is, stay as they were', async () => {
    await start();
    aws.clock.advance(DAY_MS);
    const { given, same, subclass } = await invoke('tells');
    expect(given).toEqual([5, 2026, 0, 1000]);
    expect({ same, subclass }).toEqual({ same: true, subclass: true });
  });

  test('timers and the time that an invocation has left are not touched', async () => {
    await start();
    aws.clock.advance(DAY_MS);
    const { waitedMs, remainingMs } = await invoke('tells', { waitMs: 20 });
    expect(waitedMs).toBeGreaterThanOrEqual(19);
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(30_000);
  });

  test('Secrets Manager dates by it', async () => {
    await start();
    const secrets = new SecretsManagerClient(settings());
    aws.clock.advance(DAY_MS);
    await secrets.send(new CreateSecretCommand({ Name: 'secret', SecretString: 'v1' }));
    const { CreatedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: 'secret' }));
    expect(CreatedDate?.getTime()).toBeGreaterThan(Date.now() + DAY_MS / 2);
    secrets.destroy();
  });

  test('answers are dated by it, or an SDK would take its own clock for skewed', async () => {
    await start();
    aws.clock.advance(DAY_MS);
    const { headers } = await fetch(aws.url);
    expect(Date.parse(headers.get('date') ?? '')).toBeGreaterThan(Date.now() + DAY_MS / 2);
  });

  test('the fake Zoho server can live by it', async () => {
    await start();
    const zoho = await startFakeZoho({ now: () => aws.clock.nowMs() });
    aws.clock.advance(DAY_MS);
    await fetch(`${zoho.base}/crm/v8/users`);
    expect(zoho.requests[0]?.atMs).toBeGreaterThan(Date.now() + DAY_MS / 2);
    await zoho.close();
  });
});

describe('schedules', () => {
  const every = (everyMinutes: number, text: string) => ({
    name: text,
    functionName: 'prints',
    everyMinutes,
    input: { text },
  });

  test('fire once for every full period that passes', async () => {
    await start({ schedules: [every(1, 'minute'), every(5, 'five')] });
    aws.clock.advance(59_999);
    await aws.settled();
    expect(printed).toEqual([]);
    aws.clock.advance(1);
    await aws.settled();
    expect(printed).toEqual(['minute']);
    aws.clock.advance(5 * 60_000);
    await aws.settled();
    expect(printed.filter((text) => text === 'minute')).toHaveLength(6);
    expect(printed.filter((text) => text === 'five')).toHaveLength(1);
  });

  test('invoke asynchronously, under a caller of their own', async () => {
    await start({ schedules: [every(1, 'minute')] });
    await aws.advanceMinutes(1);
    expect(aws.calls).toEqual([
      {
        service: 'lambda',
        action: 'Invoke',
        caller: 'scheduler',
        request: { FunctionName: 'prints', InvocationType: 'Event' },
        statusCode: 202,
      },
    ]);
  });

  test('do not fire by real time, unless asked to', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    await start({ schedules: [every(1, 'minute')], nowMs: () => nowMs });
    nowMs += DAY_MS;
    aws.clock.advance(0);
    await aws.settled();
    expect(printed).toEqual([]);
    await aws.close();
    await start({
      schedules: [every(1, 'minute')],
      nowMs: () => nowMs,
      scheduleInRealTime: true,
    });
    nowMs += 60_000;
    aws.clock.advance(0);
    await aws.settled();
    expect(printed).toEqual(['minute']);
  });

  test('fire by a timer where they do by real time', async () => {
    let done = () => {};
    const fired = new Promise<void>((resolve) => {
      done = resolve;
    });
    await start({
      schedules: [every(0.001, 'soon')],
      scheduleInRealTime: true,
      onLog: () => done(),
    });
    await fired;
  });
});

describe('settled', () => {
  test('is when an asynchronous invocation has ended, and those it started', async () => {
    await start();
    await invokeLater({ text: 'one', next: { text: 'two', next: { text: 'three' } } });
    await aws.settled();
    expect(printed).toEqual(['one', 'two', 'three']);
  });

  test.each(['scheduler', 'event-source'])('is not while one of the %s is held', async (caller) => {
    await start({
      schedules: [{ name: 'one', functionName: 'prints', everyMinutes: 1, input: { text: 'x' } }],
      queues: [{ name: 'work', visibilityTimeoutSeconds: 60 }],
      eventSources: [
        { queue: 'work', functionName: 'prints', batchSize: 1, maximumConcurrency: 2 },
      ],
    });
    let letGo = () => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    aws.faults.add({ caller, kind: { type: 'pause', until } });
    const sqs = new SQSClient(settings());
    const QueueUrl = aws.queueUrl('work');
    if (caller === 'scheduler') aws.clock.advance(60_000);
    else await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    let settled = false;
    const settling = aws.settled().then(() => {
      settled = true;
    });
    await fetch(aws.url);
    expect(settled).toBe(false);
    letGo();
    await settling;
    expect(printed).toHaveLength(1);
    sqs.destroy();
  });

  test('is at once where there is nothing to wait for', async () => {
    await start();
    await aws.settled();
  });

  test('minute by minute: the clock moves only when settled, and the caller sees each', async () => {
    await start({
      schedules: [
        {
          name: 'chain',
          functionName: 'prints',
          everyMinutes: 2,
          input: { text: 'one', next: { text: 'two' } },
        },
      ],
    });
    const seen: [number, string[]][] = [];
    const startMs = aws.clock.nowMs();
    await aws.advanceMinutes(4, async (minute) => {
      seen.push([minute, printed.splice(0)]);
      // What the callback starts is waited for too.
      if (minute === 4) await invokeLater({ text: 'last' });
    });
    expect(seen).toEqual([
      [1, []],
      [2, ['one', 'two']],
      [3, []],
      [4, ['one', 'two']],
    ]);
    expect(printed).toEqual(['last']);
    expect(aws.clock.nowMs() - startMs).toBeGreaterThanOrEqual(4 * 60_000);
    expect(aws.clock.nowMs() - startMs).toBeLessThan(5 * 60_000);
  });

  test('holds through a day of minutes with a queue', async () => {
    await start({
      queues: [{ name: 'work', visibilityTimeoutSeconds: 60 }],
      eventSources: [
        { queue: 'work', functionName: 'prints', batchSize: 1, maximumConcurrency: 2 },
      ],
    });
    const sqs = new SQSClient(settings());
    const QueueUrl = aws.queueUrl('work');
    const send = (DelaySeconds: number) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds }));
    await Promise.all([send(0), send(30), send(600)]);
    let deliveredByMinute: number[] = [];
    await aws.advanceMinutes(12, () => {
      deliveredByMinute = [...deliveredByMinute, printed.length];
    });
    expect(deliveredByMinute).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3]);
    sqs.destroy();
  });
});
