/**
 * What the core relies on in a ClientHealth, on the memory twin and on DynamoDB: the embedded one,
 * or what AWS_ENDPOINT_URL_DYNAMODB names.
 */
import {
  BUCKET_MS,
  type ClientCredentials,
  type ClientHealth,
  MAX_ATTEMPTS,
} from '../../../lib/client-health/client-health.ts';
import { systemClock } from '../../../lib/clock.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { HEALTH_SIDES, newTokenId, type PortSide } from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

/** When the counting of START_MS began. */
const bucketMs = Math.floor(START_MS / BUCKET_MS) * BUCKET_MS;

describe.each(HEALTH_SIDES)('%s', (_name, start) => {
  let side: PortSide<ClientHealth>;
  let deadline: Deadline;
  /** Every test has a client of its own. */
  let client: ClientCredentials;
  beforeAll(async () => {
    side = await start();
  });
  afterAll(() => side?.close());
  beforeEach(() => {
    deadline = ampleDeadline(systemClock);
    client = { clientId: `1000.${newTokenId()}`, secretHash: '5ec1' };
  });

  const refreshed = (count: number, atMs = START_MS, of = client) =>
    side.port.addRefreshed(of, count, atMs, deadline);
  const refused = (atMs = START_MS, of = client, attempt = newTokenId()) =>
    side.port.addFailure(of, { kind: 'refused', attempt }, atMs, deadline);
  const fault = (atMs = START_MS, of = client) =>
    side.port.addFailure(of, { kind: 'faults', attempt: newTokenId() }, atMs, deadline);

  const announceBy = (tokenId: string, atMs = START_MS, of = client, notedAtMs?: number) =>
    side.port.announceBy(of, { tokenId, notedAtMs }, atMs, deadline);

  test('the first failure of a client is the only one there is', async () => {
    expect(await refused()).toEqual({ refreshed: 0, refused: 1, faults: 0 });
  });

  test('each kind is counted by itself', async () => {
    await refreshed(7);
    await refreshed(3);
    await refused();
    expect(await fault()).toEqual({ refreshed: 10, refused: 1, faults: 1 });
    expect(await refused()).toEqual({ refreshed: 10, refused: 2, faults: 1 });
  });

  test('of 16 failures at once none is lost', async () => {
    const seen = await race(16, () => refused());
    expect(seen.map((counts) => counts.refused).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 16 }, (_, n) => n + 1),
    );
  });

  test('an attempt that was counted is not counted again', async () => {
    const again = (atMs = START_MS) => refused(atMs, client, 'the same');
    expect(await again()).toMatchObject({ refused: 1 });
    expect(await race(3, () => again())).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ refused: 1 })),
    );
    expect(await refused()).toMatchObject({ refused: 2 });
    expect(await again(START_MS + BUCKET_MS)).toMatchObject({ refused: 2 });
    expect(await refused(START_MS + BUCKET_MS)).toMatchObject({ refused: 3 });
  });

  test('of more attempts than are told apart each counts', async () => {
    for (let n = 1; n <= MAX_ATTEMPTS + 2; n += 1) {
      expect(await refused()).toMatchObject({ refused: n });
    }
  });

  test('clients are known by their id and their provider, and do not meet', async () => {
    await refreshed(1);
    await refused();
    for (const other of [
      { ...client, provider: 'acme' },
      { ...client, provider: 'acme2' },
      { ...client, clientId: `${client.clientId}x` },
    ]) {
      expect(await refused(START_MS, other)).toMatchObject({ refreshed: 0, refused: 1 });
    }
  });

  test('of no provider means Zoho', async () => {
    await refused();
    expect(await refused(START_MS, { ...client, provider: 'zoho' })).toMatchObject({ refused: 2 });
  });

  describe('what counts as lately', () => {
    test.each([
      ['the same ten minutes', BUCKET_MS - 1, 3],
      ['the ten minutes after', BUCKET_MS, 3],
      ['to the end of them', 2 * BUCKET_MS - 1, 3],
      ['no more', 2 * BUCKET_MS, 0],
    ])('%s', async (_what, afterMs, before) => {
      await refreshed(3, bucketMs);
      await race(3, () => fault(bucketMs));
      expect(await refused(bucketMs + afterMs)).toEqual({
        refreshed: before,
        faults: before,
        refused: 1,
      });
    });

    test('what comes later does not count', async () => {
      await race(3, () => fault(bucketMs + BUCKET_MS));
      expect(await fault(bucketMs)).toMatchObject({ faults: 1 });
    });
  });

  describe("who has a client's trouble announced", () => {
    const SIX_HOURS_MS = 6 * 3_600_000;

    test('is the first to ask', async () => {
      expect(await announceBy('a')).toBe(true);
      expect(await announceBy('b', START_MS + 1)).toBe(false);
    });

    test('is one of 16 that ask at once', async () => {
      const answers = await race(16, (n) => announceBy(`token-${n}`));
      expect(answers.filter(Boolean)).toHaveLength(1);
    });

    test('is the same one again where it died before it noted its failure', async () => {
      await announceBy('a');
      expect(await announceBy('a', START_MS + 1)).toBe(true);
      expect(await announceBy('a', START_MS + 2, client, START_MS - 1)).toBe(true);
    });

    test('is not that one again once it has noted it', async () => {
      await announceBy('a');
      expect(await announceBy('a', START_MS + 1, client, START_MS)).toBe(false);
    });

    test('is asked anew after six hours', async () => {
      await announceBy('a');
      expect(await announceBy('b', START_MS + SIX_HOURS_MS - 1)).toBe(false);
      expect(await announceBy('b', START_MS + SIX_HOURS_MS)).toBe(true);
      expect(await announceBy('a', START_MS + SIX_HOURS_MS + 1)).toBe(false);
    });

    test('is asked anew after the trouble has ended', async () => {
      await announceBy('a');
      await side.port.endTrouble(client, deadline);
      await side.port.endTrouble(client, deadline);
      expect(await announceBy('b', START_MS + 1)).toBe(true);
    });

    test('is another one for another client', async () => {
      await announceBy('a');
      expect(await announceBy('b', START_MS, { ...client, provider: 'acme' })).toBe(true);
      expect(await announceBy('b', START_MS, { ...client, clientId: `${client.clientId}x` })).toBe(
        true,
      );
      await side.port.endTrouble({ ...client, provider: 'acme' }, deadline);
      expect(await announceBy('b', START_MS + 1)).toBe(false);
    });

    test('is another one for another secret of the client', async () => {
      await announceBy('a');
      const rotated = { ...client, secretHash: '5ec2' };
      await side.port.endTrouble(rotated, deadline);
      expect(await announceBy('b', START_MS + 1)).toBe(false);
      expect(await announceBy('b', START_MS + 1, rotated)).toBe(true);
      expect(await announceBy('c', START_MS + 2, rotated)).toBe(false);
    });

    test('counts for nothing else', async () => {
      await announceBy('a');
      expect(await refused()).toEqual({ refreshed: 0, refused: 1, faults: 0 });
    });
  });
});
