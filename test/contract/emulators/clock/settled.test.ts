/** Waiting until all that the embedded AWS has started has come to rest. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { aws, invokeLater, printed, settings, start } from './aws-under-test.ts';

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
