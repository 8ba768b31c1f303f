/**
 * What a housekeeping job relies on where its progress is kept: the memory twin and DynamoDB, the
 * embedded one or what AWS_ENDPOINT_URL_DYNAMODB names.
 */
import { systemClock } from '../../../lib/clock.ts';
import type { HousekeepingProgress } from '../../../lib/housekeeping/housekeeping-progress.ts';
import { emptyReport, withHandled } from '../../../lib/housekeeping/housekeeping-report.ts';
import type { RunProgress } from '../../../lib/housekeeping/run-progress.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { type PortSide, PROGRESS_SIDES } from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

describe.each(PROGRESS_SIDES)('%s', (_name, start) => {
  let side: PortSide<HousekeepingProgress>;
  let store: HousekeepingProgress;
  beforeEach(async () => {
    side = await start();
    store = side.port;
  });
  afterEach(() => side?.close());

  const deadline = () => ampleDeadline(systemClock);
  const at = (cursor: string): RunProgress => ({
    phase: 'index',
    cursor,
    report: withHandled(emptyReport('repair', START_MS), [
      { kind: 'orphan-secret', id: 'a'.repeat(32), outcome: 'repaired' },
      { kind: 'stray-key', id: 'b'.repeat(32), outcome: 'failed', error: 'Ünïcode "quoted"' },
    ]),
  });

  test('at first there is none', async () => {
    expect(await store.load(deadline())).toEqual({ progress: undefined, revision: 0 });
  });

  test('what was saved last comes back as it was', async () => {
    expect(await store.save(at('one'), 0, deadline())).toBe('saved');
    expect(await store.save(at('two'), 1, deadline())).toBe('saved');
    expect(await store.load(deadline())).toEqual({ progress: at('two'), revision: 2 });
  });

  test.each([
    ['as if there were none', 0],
    ['over an earlier one', 1],
    ['over one that is still to come', 3],
  ])('saving %s is a conflict', async (_what, expected) => {
    await store.save(at('one'), 0, deadline());
    await store.save(at('two'), 1, deadline());
    expect(await store.save(at('other'), expected, deadline())).toBe('conflict');
    expect((await store.load(deadline())).progress).toEqual(at('two'));
  });

  test('of eight that save over the same one, one does', async () => {
    await store.save(at('one'), 0, deadline());
    const outcomes = await race(8, (n) => store.save(at(`by ${n}`), 1, deadline()));
    expect(outcomes.filter((outcome) => outcome === 'saved')).toHaveLength(1);
    expect((await store.load(deadline())).revision).toBe(2);
  });
});
