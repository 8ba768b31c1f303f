/**
 * Which rows a logout ended, counted back from the last, and how a restore of them goes on from
 * page to page: never past another logout, which ended what was restored until then as well.
 * Pure: no I/O, no clock, no environment.
 */
import { LatchkeyError } from '../errors.ts';
import { noSuchPage } from '../token-index/page-cursor.ts';
import { isAlive, type TokenRow } from '../token-index/token-index.ts';

const CURSOR = /^(?<generation>0|[1-9]\d{0,14})\.(?<page>.+)$/;

/** 1 where the last logout ended the row, 2 for the one before it; undefined where none did. */
export function logoutOf(row: TokenRow, generation: number): number | undefined {
  const ended = row.state === 'logged-out' || isAlive(row, row.generation);
  return ended && row.generation < generation ? generation - row.generation : undefined;
}

/** The latest logout before `logout` that ended one of the rows. */
export function earlierLogout(
  rows: readonly TokenRow[],
  generation: number,
  logout: number,
): number | undefined {
  const earlier = rows.flatMap((row) => {
    const ended = logoutOf(row, generation) ?? 0;
    return ended > logout ? [ended] : [];
  });
  return earlier.length === 0 ? undefined : Math.min(...earlier);
}

/** @param generation - of the store when its page was read */
export function restoreCursor(generation: number, page: string): string {
  return `${generation}.${page}`;
}

/** @throws LatchkeyError INVALID_REQUEST for what is no cursor of a restore */
export function restoreStart(cursor: string): { readonly generation: number; page: string } {
  const { generation, page } = CURSOR.exec(cursor)?.groups ?? {};
  if (generation === undefined || page === undefined) throw noSuchPage();
  return { generation: Number(generation), page };
}

/** The failure of a restore that goes on after another logout. */
export function loggedOutSince(logout: number): LatchkeyError {
  return new LatchkeyError(
    'CONFLICT',
    `Everybody was logged out again meanwhile. What this would restore is logout ${logout} by now: ` +
      'ask for that one, without a cursor.',
  );
}
