/**
 * How a secret may look where it does not belong: as it is, or in one of the encodings that
 * programs put strings in. Pure.
 *
 * Looked for are pieces of a value, its first and its last 16 characters: a value that was cut is
 * found by what is left of it, and one that holds characters to be escaped, whoever escaped them.
 */
import { createHash } from 'node:crypto';
import { tokenFromJson } from '../../../lib/token.ts';
import { lookupKeys } from '../../../lib/token-index/lookup-key.ts';

const PIECE = 16;
/** Shorter ones are to be found in anything. */
export const MIN_LENGTH = 8;

export type Encoding =
  | 'plain'
  | 'reversed'
  | 'base64'
  | 'base64url'
  | 'hex'
  | 'bytes'
  | 'sha256'
  | 'lookup key';

export interface Needle {
  readonly encoding: Encoding;
  readonly text: string;
}

export function needlesOf(value: string): Needle[] {
  const pieces = new Set([value.slice(0, PIECE), value.slice(-PIECE)]);
  const hashed = createHash('sha256').update(value);
  const digest = hashed.digest();
  return [
    ...[...pieces].flatMap(piecesNeedles),
    ...each('sha256', [digest.toString('hex'), digest.toString('base64').slice(0, -1)]),
    ...each('lookup key', lookupHashes(value)),
  ];
}

function piecesNeedles(piece: string): Needle[] {
  const bytes = Buffer.from(piece, 'utf8');
  const base64 = base64Cores(bytes);
  const hex = bytes.toString('hex');
  return [
    ...each('plain', [piece]),
    ...each('reversed', [[...piece].reverse().join('')]),
    ...each('base64', base64),
    ...each(
      'base64url',
      base64.map((core) => core.replaceAll('+', '-').replaceAll('/', '_')),
    ),
    ...each('hex', [hex, hex.toUpperCase()]),
    ...each('bytes', [[...bytes].join(',')]),
  ];
}

/** What base64 makes of the bytes wherever they stand in what is encoded, without its edges. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return encoded.slice(
      Math.ceil((before * 8) / 6),
      Math.floor(((before + bytes.length) * 8) / 6),
    );
  });
}

/** The keys that the index finds a token by: STORAGE.md says where they may stand. */
function lookupHashes(value: string): string[] {
  const token = tokenFromJson({ accessToken: value, grantToken: value, refreshToken: value });
  return Object.values(lookupKeys(token)).map((key) => key.slice(key.indexOf('#') + 1));
}

const each = (encoding: Encoding, texts: readonly string[]): Needle[] =>
  texts.map((text) => ({ encoding, text }));

/** The text without what stands between the bytes of a dump: blanks, `%`, `\x`, `\u00`. */
export function withoutSeparators(text: string): string {
  return text.replaceAll(/\s|%|\\+x|\\+u00/g, '');
}
