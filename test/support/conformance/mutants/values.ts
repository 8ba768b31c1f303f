/** Stores that cannot keep a value as it is, or take it for more than a value. */
import type { OAuthToken, Token } from '@zohocrm/typescript-sdk-8.0';
import { fieldsOf, type TokenFields } from '../../../../conformance/src/token-fields.ts';
import { ReferenceStore } from '../reference-store.ts';
import { type Mutant, mutant } from './mutant.ts';

/** A store that changes each text it saves. */
function changing(check: string, change: (text: string) => string): Mutant {
  return mutant(
    check,
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        const { id, ...fields } = fieldsOf(token);
        const changed = Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [name, change(value)]),
        ) as TokenFields;
        const copy = this.fill(this.newToken(), { ...(id !== undefined && { id }), ...changed });
        await super.saveToken(copy);
        (token as OAuthToken).setId(copy.getId());
      }
    },
  );
}

/** A store that refuses tokens of such a length. */
function refusing(check: string, isRefused: (length: number) => boolean): Mutant {
  return mutant(
    check,
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        const { accessToken = '' } = fieldsOf(token);
        if (isRefused(accessToken.length)) throw this.failure('too long');
        await super.saveToken(token);
      }
    },
  );
}

export const valueMutants: readonly Mutant[] = [
  changing('values/comma', (text) => text.replaceAll(',', '')),
  changing('values/newline', (text) => text.replaceAll(/(?<!\r)\n/g, ' ')),
  changing('values/carriage-return', (text) => text.replaceAll('\r', '')),
  changing('values/apostrophe', (text) => text.replaceAll("'", "''")),
  changing('values/quotes', (text) => text.replaceAll('\\', '')),
  changing('values/question-mark', (text) => text.replaceAll('?', "'null'")),
  changing('values/percent', (text) => text.replaceAll('%', '')),
  changing('values/spaces', (text) => text.trimStart()),
  changing('values/unicode', (text) => text.replaceAll(/[^\0-\u{ffff}]/gu, '?')),
  changing('values/nul', (text) => text.split('\0')[0] ?? ''),
  changing('values/json', (text) => text.replaceAll('&amp;', '&')),
  changing('values/header', (text) => (text in {} ? '' : text)),
  refusing('values/300-characters', (length) => length === 300),
  refusing('values/60000-characters', (length) => length > 50_000),
  mutant(
    'values/sql-in-a-secret',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        await super.saveToken(token);
        const { clientSecret = '' } = fieldsOf(token);
        const [, refreshToken = '', userName] =
          /refresh_token='(\w+)' where user_name='([^']+)'/.exec(clientSecret) ?? [];
        if (userName === undefined) return;
        this.write(
          this.rows().map((row) => (row.userName === userName ? { ...row, refreshToken } : row)),
        );
      }
    },
  ),
  mutant(
    'values/sql-in-a-name',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        return named.userName?.includes("' or '1'='1") ? this.rows()[0] : super.matchFind(named);
      }
    },
  ),
  mutant(
    'values/sql-in-an-id',
    class extends ReferenceStore {
      override async deleteToken(id: string) {
        await (id.includes('or 1=1') ? super.deleteTokens() : super.deleteToken(id));
      }
    },
  ),
  mutant(
    'values/row-in-a-name',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        await super.saveToken(token);
        const [, row] = (fieldsOf(token).userName ?? '').split('\n');
        const [id, userName] = row?.split(',') ?? [];
        if (id === undefined || userName === undefined) return;
        this.write([...this.rows(), { id, userName, accessToken: 'EVIL-ACCESS' }]);
      }
    },
  ),
];
