/** Running the kit from code: which checks run, and what becomes of subjects that misbehave. */
import { chooseChecks, type Home, runConformance } from '../../../conformance/src/index.ts';
import { MemoryDisk } from '../../support/conformance/memory-disk.ts';
import { ReferenceStore } from '../../support/conformance/reference-store.ts';
import { referenceSubject } from '../../support/conformance/reference-subject.ts';

const only = ['finding/by-user'];

const subjectWith = (home: Partial<Home>) =>
  referenceSubject({ home: (whole) => Object.assign(Object.create(whole), home) });

test('a group or a check is run alone, or left out', async () => {
  const ids = (options: Parameters<typeof chooseChecks>[0]) =>
    chooseChecks(options).map(({ id }) => id);
  expect(ids({ only })).toEqual(only);
  expect(ids({ only: ['refreshing'], except: ['refreshing/at-once'] })).toHaveLength(5);
  expect(ids({ except: ['refreshing'] })).toHaveLength(ids({}).length - 6);
  await expect(runConformance(referenceSubject(), { only: ['findings'] })).rejects.toThrow(
    'There is no check or group findings.',
  );
});

test('each result is told as it comes, with all that a report needs', async () => {
  const told: unknown[] = [];
  const results = await runConformance(referenceSubject(), {
    only,
    onResult: (result) => told.push(result),
  });
  expect(told).toEqual(results);
  expect(results).toEqual([
    {
      id: 'finding/by-user',
      group: 'finding',
      title: expect.stringContaining('not found'),
      severity: 'lost',
      defects: [38],
      outcome: 'passed',
    },
  ]);
});

test('a store that never answers fails the check, and the run goes on', async () => {
  class Silent extends ReferenceStore {
    override findToken() {
      return new Promise<never>(() => {});
    }
  }
  const results = await runConformance(referenceSubject({ store: Silent }), {
    only: ['finding/by-user', 'finding/by-id'],
    timeLimitSeconds: 0.2,
  });
  expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'passed']);
  expect(results[0]?.reason).toBe('it is not done after 0.2 seconds');
});

test('a check without its hook is not tried, and says which it lacks', async () => {
  const subject = {
    name: 'bare',
    create: () => {
      const disk = new MemoryDisk();
      return { open: () => new ReferenceStore(disk, { base: '', accountsTokenUrl: '' }) };
    },
  };
  const results = await runConformance(subject, { only: ['leaks/at-rest', 'leaks/errors'] });
  expect(results).toMatchObject([
    { outcome: 'not tried', reason: 'the subject has no atRest' },
    { outcome: 'passed' },
  ]);
});

test.each([
  ['makes no place', { ...referenceSubject(), create: () => Promise.reject(new Error('no disk')) }],
  ['cannot be opened', subjectWith({ open: () => Promise.reject(new Error('no disk')) })],
  ['cannot be closed', subjectWith({ close: () => Promise.reject(new Error('no disk')) })],
])('a subject that %s is not reported as a store that fails', async (_, subject) => {
  await expect(runConformance(subject, { only })).rejects.toThrow('no disk');
});

test('every place is closed, and the subject at last', async () => {
  const closed: string[] = [];
  const { create, name } = subjectWith({ close: () => void closed.push('home') });
  await runConformance({ create, name, close: () => void closed.push('subject') }, { only });
  expect(closed).toEqual(['home', 'subject']);
});

test('a failure tells the class of an error and no word of its text, which may be a secret', async () => {
  class Telling extends ReferenceStore {
    override async findToken(): Promise<never> {
      throw new RangeError('refresh-of-alice');
    }
  }
  const [result] = await runConformance(referenceSubject({ store: Telling }), { only });
  expect(result?.reason).toBe('it fails with RangeError');
});
