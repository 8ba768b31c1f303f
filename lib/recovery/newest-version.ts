/**
 * Which of a secret's two labelled versions counts where the index does not say. Most often the
 * newest; not so where a writer lost a race, or was frozen, and its version came last.
 * Pure: no I/O, no clock, no environment.
 */
import { lookupKeys } from '../token-index/lookup-key.ts';
import type { LabelledVersion, SecretContent } from '../vault/token-vault.ts';

/**
 * Undefined where nothing that was ever acknowledged is in it.
 * @param pinnedVersionId - what the token's row names, if it has one
 * @throws Error for a secret that holds another token: nobody is given it
 */
export function newestVersion(
  id: string,
  current: LabelledVersion | undefined,
  previous: LabelledVersion | undefined,
  pinnedVersionId?: string,
): LabelledVersion | undefined {
  const [first, second] = [current, previous].filter((version) => isContent(version));
  const stranger = [first, second].find((version) => version && version.content.id !== id);
  if (stranger) {
    throw new Error(`The secret of token ${id} holds token ${stranger.content.id}.`);
  }
  if (first === undefined || second === undefined) return first;
  // On a row that was behind somebody has saved since: that is later than what the row missed.
  const isPinned = first.version.versionId === pinnedVersionId;
  if (isPinned && first.content.fence === undefined) return first;
  return counts(first.content, second.content) ? first : second;
}

/** Revision 0 is the placeholder of a revival that died. */
function isContent(version: LabelledVersion | undefined): version is LabelledVersion {
  return version !== undefined && version.content.revision > 0;
}

/** Whether `current` counts, rather than the version before it. */
function counts(current: SecretContent, before: SecretContent): boolean {
  if (current.revision !== before.revision) return current.revision > before.revision;
  // Two writers had read the same row, and one of them lost. What a refresh does when it has lost
  // to a save says which of the two stands.
  if (current.fence !== undefined && before.fence !== undefined) {
    return current.fence >= before.fence;
  }
  if (current.fence !== undefined) return !standsOver(before, current);
  if (before.fence !== undefined) return standsOver(current, before);
  return true;
}

/** A save stands, unless the refresh has rotated the very refresh token that the save holds. */
function standsOver(save: SecretContent, refresh: SecretContent): boolean {
  const { spent, token } = refresh;
  const rotated = lookupKeys(token).refresh !== spent;
  return !(rotated && lookupKeys(save.token).refresh === spent);
}
