/** A recovery that dies at any of its calls: the next one comes to the same end. */
import { LatchkeyError } from '../../../../lib/errors.ts';
import { disasters, StruckStore } from '../../../support/core/struck-store.ts';

const CALLS = [
  ['index', 'read'],
  ['index', 'page'],
  ['index', 'commit'],
  ['vault', 'list'],
  ['vault', 'readCurrent'],
  ['vault', 'readPrevious'],
  ['vault', 'describe'],
] as const;

const OUTAGE = new LatchkeyError('STORE_UNAVAILABLE', 'outage');

type Call = (typeof CALLS)[number];

const countOf = (store: StruckStore, [port, method]: Call) =>
  port === 'index' ? store.index.count(method) : store.vault.count(method);

/** From that call on nothing gets through: so it is for a process that died. */
function dieAt(store: StruckStore, [port, method]: Call, skip: number, when: 'before' | 'after') {
  let dead = false;
  const die = async () => {
    dead = true;
    throw OUTAGE;
  };
  if (port === 'index') store.index.at(method, die, { skip, when });
  else store.vault.at(method, die, { skip, when });
  const guarded = <Port extends object>(inner: Port): Port =>
    new Proxy(inner, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (dead) return Promise.reject(OUTAGE);
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  return { index: guarded(store.index.port), vault: guarded(store.vault.port) };
}

describe.each(disasters)('%s', (_what, { strike }) => {
  const struck = async () => {
    const store = new StruckStore();
    await strike(store);
    return store;
  };

  test.each(['before', 'after'] as const)('is undone by the next one, %s', async (when) => {
    const whole = await struck();
    const before = CALLS.map((call) => countOf(whole, call));
    await whole.recover();
    const end = await whole.outcome();
    const calls = CALLS.flatMap((call, at) => {
      const made = countOf(whole, call) - (before[at] ?? 0);
      return Array.from({ length: made }, (_, nth) => [call, nth] as const);
    });
    expect(calls.length).toBeGreaterThan(20);
    for (const [call, nth] of calls) {
      const store = await struck();
      const ports = dieAt(store, call, nth, when);
      await store.recover('repair', ports).catch(() => undefined);
      const report = await store.recover();
      expect({ call, nth, failed: report.failed }).toEqual({ call, nth, failed: 0 });
      expect({ call, nth, ...(await store.outcome()) }).toEqual({ call, nth, ...end });
      expect(await store.wrong()).toEqual([]);
    }
  });
});

test('a token that cannot be recovered does not keep the others', async () => {
  const store = new StruckStore();
  for (const user of ['ann', 'bob', 'cid']) await store.save(user);
  store.clock.advance(3_600_000);
  store.memoryIndex.restore();
  store.vault.fail(
    'readCurrent',
    new Error('A secret is not JSON: it was not written by Latchkey.'),
  );
  const report = await store.recover();
  expect(report).toMatchObject({ failed: 1, counts: { adopted: 2 } });
  expect(report.failures).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      error: 'A secret is not JSON: it was not written by Latchkey.',
    },
  ]);
  expect((await store.recover()).counts).toMatchObject({ adopted: 1, level: 2 });
  expect(await store.wrong()).toEqual([]);
});
