/**
 * Pages and their cursors in a TokenIndex, on the memory twin and on DynamoDB: every token once,
 * whatever happens in between, and no cursor but the store's own.
 */
import { systemClock } from '../../../lib/clock.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import type { TokenIndex, TokenRow } from '../../../lib/token-index/token-index.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { INDEX_SIDES, newTokenId, type PortSide } from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';
import { rowOf } from '../../support/core/tokens.ts';

describe.each(INDEX_SIDES)('%s', (_name, start) => {
  let side: PortSide<TokenIndex>;
  let index: TokenIndex;
  let deadline: Deadline;
  beforeAll(async () => {
    side = await start();
    index = side.port;
  });
  afterAll(() => side?.close());
  beforeEach(() => {
    deadline = ampleDeadline(systemClock);
  });

  async function stored(): Promise<TokenRow> {
    const row = rowOf(newTokenId());
    await index.commit({ rows: [{ row, expected: 'absent' }], keyRows: [] }, deadline);
    return row;
  }

  async function pages(limit: number, between: () => Promise<unknown> = async () => {}) {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await index.page({ limit, ...(cursor && { cursor }) }, deadline);
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      ids.push(...page.rows.map(({ id }) => id));
      cursor = page.cursor;
      await between();
    } while (cursor !== undefined);
    return ids;
  }

  test.each([1, 7, 100])('of %d rows hold every token exactly once', async (limit) => {
    const rows = await race(5, () => stored());
    const ids = await pages(limit);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(rows.map(({ id }) => id)));
  });

  test('also while other tokens are written', async () => {
    const rows = await race(10, () => stored());
    const ids = await pages(3, () => stored());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(rows.map(({ id }) => id)));
  });

  test('the page behind a token goes on where the page with it ended', async () => {
    await race(5, () => stored());
    const ids = await pages(100);
    const third = ids[2] ?? '';
    const page = await index.page({ limit: 100, cursor: index.cursorAfter(third) }, deadline);
    expect(page.rows.map(({ id }) => id)).toEqual(ids.slice(3, 3 + page.rows.length));
  });

  test.each<readonly [string, (cursor: string) => string | Promise<string>]>([
    ['nothing', () => ''],
    ['nonsense', () => 'x'.repeat(500)],
    ['one with a character more', (cursor) => `${cursor}a`],
    ['one that was cut off', (cursor) => cursor.slice(0, -1)],
    ['the name of another item', () => Buffer.from('job#housekeeper').toString('base64url')],
    ['one of another store', cursorOfAnother],
  ])('a cursor of no page, %s, is bad input', async (_what, wrong) => {
    await race(3, () => stored());
    const { cursor = '' } = await index.page({ limit: 1 }, deadline);
    const refused = { code: 'INVALID_REQUEST' };
    const start = { limit: 1, cursor: await wrong(cursor) };
    await expect(index.page(start, deadline)).rejects.toMatchObject(refused);
    await expect(index.scan(start, deadline)).rejects.toMatchObject(refused);
  });

  async function cursorOfAnother(): Promise<string> {
    const other = await start();
    const cursor = other.port.cursorAfter((await stored()).id);
    await other.close();
    return cursor;
  }
});
