/** What a message of the refresh queue says: a token's id, and nothing else of it. Pure. */

export function refreshMessage(tokenId: string): string {
  return JSON.stringify({ tokenId });
}

/** The token that a message names; undefined for what this store has not sent. */
export function tokenIdOf(message: string): string | undefined {
  return /^\{"tokenId":"([0-9a-f]{32})"\}$/.exec(message)?.[1];
}
