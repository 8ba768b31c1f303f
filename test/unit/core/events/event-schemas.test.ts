/** The events are as docs/events describes them to those who listen. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DETAIL_TYPES, tokenEvent } from '../../../../lib/events/token-event.ts';
import type { Announcement, TokenRow } from '../../../../lib/token-index/token-index.ts';
import { rowOf, tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

const FOLDER = join(import.meta.dirname, '../../../../docs/events');
const ID = '0123456789abcdef0123456789abcdef';
const TOLD_AT_MS = START_MS + 60_000;
const FAILURE = {
  verdict: 'revoked: invalid_code',
  atMs: START_MS + 1,
  count: 2,
  retryAtMs: TOLD_AT_MS,
};

const fileOf = (title: string) => `${title.toLowerCase().replaceAll(' ', '-')}.json`;
const schemaOf = (type: Announcement) =>
  JSON.parse(readFileSync(join(FOLDER, fileOf(DETAIL_TYPES[type])), 'utf8'));
const types = Object.keys(DETAIL_TYPES) as Announcement[];

/** The row as it stands when each is announced. */
const ROWS: Record<Announcement, Partial<TokenRow>> = {
  refreshed: { refreshedAtMs: START_MS + 1 },
  healed: { writtenAtMs: START_MS + 1 },
  'needs-reauthorization': { state: 'needs-reauthorization', failure: FAILURE },
  'client-fault': { failure: { ...FAILURE, verdict: 'client-fault: invalid_client' } },
  deleted: { state: 'logged-out', deletedAtMs: START_MS + 1 },
};

function detailOf(type: Announcement, more: Partial<TokenRow> = {}) {
  const row = rowOf(ID, tokenOf('ann'), { ...ROWS[type], ...more });
  return tokenEvent(type, row, { store: 'billing', nowMs: TOLD_AT_MS }).detail;
}

test('there is a schema for each event, and no other', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(
    types.map((type) => fileOf(DETAIL_TYPES[type])).sort(),
  );
  for (const type of types) expect(schemaOf(type).title).toBe(DETAIL_TYPES[type]);
});

test.each(types)(
  '%s is as its schema says, with all that can be known and with the least',
  (type) => {
    const validate = new Ajv2020({ strict: true }).compile(schemaOf(type));
    expect(validate(detailOf(type)) || validate.errors).toBe(true);
    const { userName: _user, expiresAt: _expiry, ...least } = detailOf(type);
    expect(validate(least) || validate.errors).toBe(true);
    expect(validate({ ...least, accessToken: 'A' })).toBe(false);
  },
);

test.each(types)('%s says when it became so, not when it was told', (type) => {
  expect(detailOf(type).at).toBe(START_MS + 1);
});

test('a refresh says until when, a failure says why, and neither what it is no business of', () => {
  expect(detailOf('refreshed')).toMatchObject({ expiresAt: expect.any(Number) });
  expect(detailOf('needs-reauthorization')).toMatchObject({ reason: 'revoked: invalid_code' });
  expect(detailOf('healed')).not.toHaveProperty('reason');
  expect(detailOf('deleted')).toMatchObject({ reason: 'logged-out' });
  expect(detailOf('deleted')).not.toHaveProperty('expiresAt');
});

test('a token of another provider names it', () => {
  expect(detailOf('refreshed').provider).toBe('zoho');
  expect(detailOf('refreshed', { provider: 'keycloak' }).provider).toBe('keycloak');
});
