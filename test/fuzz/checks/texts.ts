/** What must not be repeated: the texts of an event, wherever the function says or prints something. */

/** Shorter ones stand in our own texts by chance. */
const SHORTEST = 8;
/** So much of a text gives it away. */
const ENOUGH = 40;
const TOKEN_ID = /^[0-9a-f]{32}$/;
/** A member that no request has may be named, if it looks like a name. */
const NAME = /^[A-Za-z._]{1,40}$/;

/** The first of these texts that is repeated. A token's id may be: it is no secret. */
export function repeated(said: string, texts: readonly string[]): string | undefined {
  return texts
    .filter((text) => text.length >= SHORTEST && !TOKEN_ID.test(text) && !NAME.test(text))
    .find((text) => said.includes(text.slice(0, ENOUGH)));
}
