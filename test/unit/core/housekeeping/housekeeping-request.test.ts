/** What the housekeeper may be asked. */
import { parseHousekeeping } from '../../../../lib/housekeeping/housekeeping-request.ts';

const DAY_MS = 86_400_000;

test('a schedule asks for a repair, once a day', () => {
  expect(parseHousekeeping({})).toEqual({ mode: 'repair', force: false, everyMs: DAY_MS });
});

test('who asks by name is not put off', () => {
  expect(parseHousekeeping({ mode: 'report' })).toMatchObject({ mode: 'report', everyMs: 0 });
  expect(parseHousekeeping({ mode: 'repair', force: true })).toEqual({
    mode: 'repair',
    force: true,
    everyMs: 0,
  });
});

test.each([
  undefined,
  null,
  [],
  'repair',
  7,
  { mode: 'delete' },
  { mode: null },
  { force: 'yes' },
  { secret: 'hush' },
  { mode: 'repair', __proto__: { force: true }, extra: 1 },
])('%j is refused, without repeating it', (event) => {
  expect(() => parseHousekeeping(event)).toThrow(
    expect.objectContaining({
      code: 'INVALID_REQUEST',
      message: expect.not.stringMatching(/hush/),
    }),
  );
});
