/** When schedules of the embedded AWS fire, and how. */
import { aws, DAY_MS, printed, start } from './aws-under-test.ts';

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
    await aws.advanceMinutes(5);
    expect(printed.filter((text) => text === 'minute')).toHaveLength(6);
    expect(printed.filter((text) => text === 'five')).toHaveLength(1);
  });

  test('fire once for all the periods of a jump, and then in their time again', async () => {
    await start({ schedules: [every(1, 'minute')] });
    aws.clock.advance(DAY_MS + 30_000);
    await aws.settled();
    expect(printed).toEqual(['minute']);
    aws.clock.advance(29_999);
    await aws.settled();
    expect(printed).toEqual(['minute']);
    aws.clock.advance(1);
    await aws.settled();
    expect(printed).toEqual(['minute', 'minute']);
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
