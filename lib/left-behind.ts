/**
 * What refreshes stored and did not commit: which version counts as left behind, and what of it
 * may go on top of what is stored since. Owns the look at the secret, and no write.
 *
 *   openFence ──────────────── every lease since then may have left a version ──────────── fence
 */
import type { Deadline } from './deadline.ts';
import { mergeToken, type Token } from './token.ts';
import type { TokenRow } from './token-index/token-index.ts';
import type { LabelledVersion, TokenVault } from './vault/token-vault.ts';

/**
 * By the label of refreshes alone: as current or previous it would be out of sight after two saves.
 * A write that was under way when its worker died may arrive after this look; the next one finds it.
 *
 *   dead worker   lease ── provider rotates ── on its way ── there †
 *   save B                         looks: nothing ──────────────────────── version ── commit
 *   save A                                           finds it ── version ──────────── refused: finds it
 *
 * @param belowFence - versions of this lease and later ones are not looked for
 */
export async function findLeftBehind(
  vault: TokenVault,
  row: TokenRow,
  belowFence: number,
  deadline: Deadline,
): Promise<LabelledVersion | undefined> {
  const seen = await vault.readRefreshed(row.secretArn, deadline);
  return isLeftBehind(seen, row, belowFence) ? seen : undefined;
}

/**
 * Whether a version was left by a worker whose lease was never ended: its commit would have ended
 * it. It counts while the token still holds the refresh token that it was got with.
 */
function isLeftBehind(
  left: LabelledVersion | undefined,
  { id, keys, openFence }: TokenRow,
  belowFence: number,
): left is LabelledVersion {
  if (left === undefined || left.content.id !== id) return false;
  const { fence = belowFence, spent } = left.content;
  const abandoned = fence >= (openFence ?? belowFence) && fence < belowFence;
  return abandoned && spent !== undefined && keys.includes(spent);
}

/** Whether the provider rotated: the refresh token that was used may be dead. */
export function isRotated(minted: Token, before: Token): boolean {
  return minted.refreshToken?.equals(before.refreshToken) === false;
}

/**
 * What of a refreshed token the provider gave: all that it may put over another's save. An access
 * token that is as it was before came with no answer: see `keepable`.
 */
export function mintedPart(
  { accessToken, refreshToken, expiresAtMs }: Token,
  before: Token,
): Token {
  const kept = expiresAtMs === before.expiresAtMs && accessToken?.equals(before.accessToken);
  return {
    ...(refreshToken !== undefined && { refreshToken }),
    ...(!kept && accessToken !== undefined && { accessToken }),
    ...(!kept && expiresAtMs !== undefined && { expiresAtMs }),
  };
}

/**
 * What `stored` becomes by what the provider gave, or by as much of it as a secret can hold: some
 * servers answer with anything. A rotated refresh token exists nowhere else, so it goes alone where
 * it must, and even in place of an access token. Undefined where nothing can be kept.
 */
export function keepable(
  stored: Token,
  given: Token,
  fits: (token: Token) => boolean,
): Token | undefined {
  const { refreshToken } = given;
  const whole = mergeToken(stored, given);
  if (refreshToken === undefined || !isRotated(given, stored))
    return fits(whole) ? whole : undefined;
  const rotated = mergeToken(stored, { refreshToken });
  const { accessToken: _ends, expiresAtMs: _soon, ...bare } = rotated;
  return [whole, rotated, bare].find(fits);
}

/**
 * What a save makes of a token whose refresh left `minted` behind: another version or two, and
 * nobody would find it any more. It goes on top, as it would after the save. A refresh token that
 * the save brings wins; one that it repeats is the one that the refresh used up.
 */
export function mergeOver(stored: Token, minted: Token | undefined, given: Token): Token {
  const saved = mergeToken(stored, given);
  const sameGrant = saved.refreshToken?.equals(stored.refreshToken) === true;
  if (!sameGrant || minted === undefined || !isRotated(minted, stored)) return saved;
  return mergeToken(saved, mintedPart(minted, stored));
}
