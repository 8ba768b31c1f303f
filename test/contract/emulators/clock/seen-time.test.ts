/** What services, containers and the fake Zoho see of the embedded AWS's clock. */
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { startFakeZoho } from '../../../../local/zoho/fake-zoho-server.ts';
import { aws, DAY_MS, invoke, settings, start } from './aws-under-test.ts';

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
