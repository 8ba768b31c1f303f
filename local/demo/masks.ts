/** Pure: how the story shows what must not be shown, and what is too long to be. */

const DOTS = '••••';

/** Of a secret only what every one of its kind starts with: `1000.••••` for Zoho's tokens. */
export function mask(secret: string): string {
  return secret.startsWith('1000.') ? `1000.${DOTS}` : DOTS;
}

/** The start of an id or a hash, which is enough to tell it from the others of the story. */
export function short(id: string): string {
  return id.length > 9 ? `${id.slice(0, 8)}…` : id;
}
