/**
 * How a secret version stands in the vault: one JSON value with a schema number, and the request
 * token that makes writing the same content twice one version. Pure.
 */
import { createHash } from 'node:crypto';
import type { TokenJson } from '../contract.ts';
import { LatchkeyError } from '../errors.ts';
import { revealToken, tokenFromJson } from '../token.ts';
import type { LookupKey } from '../token-index/lookup-key.ts';
import type { SecretContent, SecretLabels } from './token-vault.ts';

const SCHEMA = 1;

/** Secrets Manager quota, not adjustable. */
const MAX_SECRET_BYTES = 65_536;
const MAX_TAG_LENGTH = 256;

/** Whether a secret can hold it: see {@link secretJson}. */
export function fitsSecret(content: SecretContent): boolean {
  return bytesOf(jsonOf(content)) <= MAX_SECRET_BYTES;
}

/** @throws LatchkeyError TOKEN_TOO_LARGE past 65,536 bytes */
export function secretJson(content: SecretContent): string {
  const json = jsonOf(content);
  const bytes = bytesOf(json);
  if (bytes <= MAX_SECRET_BYTES) return json;
  throw new LatchkeyError(
    'TOKEN_TOO_LARGE',
    `The token takes ${bytes} bytes; Secrets Manager keeps at most ${MAX_SECRET_BYTES}.`,
  );
}

function jsonOf({ id, revision, fence, spent, token }: SecretContent): string {
  return JSON.stringify({
    ...{ schema: SCHEMA, id, revision, fence, spent },
    token: revealToken(token),
  });
}

function bytesOf(json: string): number {
  return Buffer.byteLength(json, 'utf8');
}

/** @throws Error for a value that this version of Latchkey did not write */
export function parseSecretJson(json: string): SecretContent {
  let value: Partial<{
    schema: number;
    id: string;
    revision: number;
    fence: number;
    spent: LookupKey;
    token: TokenJson;
  }>;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error('A secret is not JSON: it was not written by Latchkey.');
  }
  const { schema, id, revision, fence, spent, token } = value;
  if (schema !== SCHEMA || id === undefined || revision === undefined || token === undefined) {
    throw new Error(`A secret has schema ${schema}; this version of Latchkey reads ${SCHEMA}.`);
  }
  return {
    id,
    revision,
    ...(fence !== undefined && { fence }),
    ...(spent !== undefined && { spent }),
    token: tokenFromJson(token),
  };
}

/** ClientRequestToken, which becomes the VersionId: 32 to 64 characters, the same for the same. */
export function versionToken(json: string): string {
  return createHash('sha256')
    .update('latchkey/v1/version\0')
    .update(json)
    .digest('hex')
    .slice(0, 40);
}

/**
 * Not a regular expression yet: the Unicode sets of a literal are built while the file is parsed, at
 * every cold start, and few invocations write a tag.
 */
const TAG_CHARACTERS = String.raw`\p{L}\p{Z}\p{N}_.:/=+\-@`;

/**
 * Tags take letters, digits, spaces and `_.:/=+-@`, and no `aws:` in front; other characters
 * become `_`. A cut does not split a character of two code units.
 */
function tagValue(value: string): string {
  return value
    .replace(/^aws:/i, 'aws_')
    .replace(new RegExp(`[^${TAG_CHARACTERS}]`, 'gu'), '_')
    .slice(0, MAX_TAG_LENGTH)
    .replace(/\p{Surrogate}$/u, '');
}

/** Far past what is read at a glance; a description takes 2,048. */
const MAX_NAME_IN_DESCRIPTION = 512;

/**
 * For the console's search, which looks at how a description and its words begin. A user name stands
 * first, and as it is, where a tag's value has `_` for what tags do not take. It is written once: to
 * keep it up would take UpdateSecret, which shares its quota of 50 a second with the refreshes.
 */
export function labelDescription({ userName, clientId }: SecretLabels): string {
  const whose = [
    ...(userName === undefined ? [] : [describedName(userName)]),
    ...(clientId === undefined ? [] : [`client ${describedName(clientId)}`]),
  ];
  const what = 'OAuth token kept by Latchkey; change it only through the store';
  return whose.length === 0 ? what : `${whose.join(', ')}: ${what}`;
}

function describedName(name: string): string {
  return name
    .replace(/\p{C}/gu, ' ')
    .slice(0, MAX_NAME_IN_DESCRIPTION)
    .replace(/\p{Surrogate}$/u, '');
}

export function labelTags(labels: SecretLabels): { Key: string; Value: string }[] {
  const tag = (name: string, value: string | undefined) =>
    value === undefined
      ? []
      : [
          {
            Key: `latchkey:${name}`,
            Value: tagValue(value),
          },
        ];
  return [...tag('user', labels.userName), ...tag('client', labels.clientId)];
}
