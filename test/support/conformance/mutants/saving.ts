/** Stores that save in the wrong place, or not what they were given. */
import type { OAuthToken, Token } from '@zohocrm/typescript-sdk-8.0';
import { fieldsOf, type TokenFields } from '../../../../conformance/src/token-fields.ts';
import type { Row } from '../memory-disk.ts';
import { ReferenceStore } from '../reference-store.ts';
import { type Mutant, mutant } from './mutant.ts';

const isAccessOfClient = ({
  accessToken,
  clientId,
  userName,
  refreshToken,
  grantToken,
}: TokenFields) =>
  accessToken !== undefined &&
  clientId !== undefined &&
  [userName, refreshToken, grantToken].every((value) => value === undefined);

export const savingMutants: readonly Mutant[] = [
  mutant(
    'saving/sets-id',
    class extends ReferenceStore {
      // As a database gives it; the SDK has text.
      override newId() {
        return (this.disk.read().rows.length +
          this.disk.read().deleted.length +
          1) as unknown as string;
      }
    },
  ),
  mutant(
    'saving/sets-known-id',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        const { id } = fieldsOf(token);
        const isKnown = this.rowToUpdate(fieldsOf(token)) !== undefined;
        await super.saveToken(token);
        if (isKnown) (token as OAuthToken).setId(id ?? null);
      }
    },
  ),
  mutant(
    'saving/same-again',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        const match = super.matchSave(given);
        const isSame = match?.userName !== undefined && isIn(match, given);
        return isSame ? undefined : match;
      }
    },
    ['durability/one-user-twice-at-once'],
  ),
  mutant(
    'saving/updates',
    class extends ReferenceStore {
      override merge(row: Row, given: TokenFields) {
        const { accessToken } = given;
        // What has been updated twice is not updated again.
        return accessToken === 'access-4' ? row : super.merge(row, given);
      }
    },
  ),
  mutant(
    'saving/keeps-the-rest',
    class extends ReferenceStore {
      override merge(row: Row, given: TokenFields) {
        const merged = super.merge(row, given);
        if (given.refreshToken !== undefined || given.userName === undefined) return merged;
        if (given.redirectUrl !== undefined || given.clientSecret === undefined) return merged;
        const { refreshToken: _, ...rest } = merged;
        return rest;
      }
    },
  ),
  mutant(
    'saving/new-client-secret',
    class extends ReferenceStore {
      override merge(row: Row, given: TokenFields) {
        const { clientSecret = given.clientSecret } = row;
        return { ...super.merge(row, given), ...(clientSecret !== undefined && { clientSecret }) };
      }
    },
  ),
  mutant(
    'saving/nothing',
    class extends ReferenceStore {
      override assertHoldsSomething(given: TokenFields) {
        if (given.userName === undefined) super.assertHoldsSomething(given);
      }
    },
  ),
  mutant(
    'saving/client-and-access',
    class extends ReferenceStore {
      override assertHoldsSomething(given: TokenFields) {
        if (isAccessOfClient(given)) throw this.failure('no criterion');
        super.assertHoldsSomething(given);
      }
    },
    ['saving/client-and-access-again'],
  ),
  mutant(
    'saving/client-and-access-again',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        return isAccessOfClient(given) ? undefined : super.matchSave(given);
      }
    },
  ),
  mutant(
    'saving/name-learned',
    class extends ReferenceStore {
      override merge(row: Row, given: TokenFields) {
        if (given.id === row.id && row.userName === undefined && given.userName !== undefined) {
          throw this.failure('duplicate');
        }
        return super.merge(row, given);
      }
    },
  ),
  mutant(
    'saving/name-learned-elsewhere',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        return given.userName === undefined
          ? super.matchSave(given)
          : this.rowBy('userName', given);
      }
    },
  ),
  mutant(
    'saving/foreign-id',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        return given.id === undefined ? super.matchSave(given) : undefined;
      }
    },
  ),
  mutant(
    'saving/foreign-text-id',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        const { id } = fieldsOf(token);
        if (id === 'b7-uuid') this.isJammed = true;
        await super.saveToken(token);
      }
      isJammed = false;
      override newId() {
        const isAfter = this.isJammed && this.rows().length > 0;
        return isAfter ? 'NaN' : super.newId();
      }
    },
  ),
  mutant(
    'saving/many-users',
    class extends ReferenceStore {
      override newId() {
        return this.rows().length >= 10 ? 'token-10' : super.newId();
      }
    },
  ),
  mutant(
    'saving/refreshing-the-second',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        const { userName, accessToken, refreshToken } = fieldsOf(token);
        await super.saveToken(token);
        if (accessToken !== 'access-2' || !userName?.startsWith('bob')) return;
        if (refreshToken !== 'refresh-of-bob') return;
        this.write(this.rows().map((row) => ({ ...row, accessToken })));
      }
    },
  ),
  mutant(
    'saving/id-reused',
    class extends ReferenceStore {
      override isDeleted() {
        return false;
      }
      override rowToUpdate(given: TokenFields) {
        if (given.id !== undefined && super.isDeleted(given.id)) throw this.failure('logged out');
        return super.rowToUpdate(given);
      }
      override newId() {
        return `token-${this.rows().length + 1}`;
      }
    },
  ),
  mutant(
    'saving/under-id',
    class extends ReferenceStore {
      override rowToUpdate(given: TokenFields) {
        return given.userName === undefined && given.refreshToken !== undefined
          ? (this.matchSave(given) ?? super.rowToUpdate(given))
          : super.rowToUpdate(given);
      }
    },
  ),
  mutant(
    'saving/under-another-users-id',
    class extends ReferenceStore {
      override rowToUpdate(given: TokenFields) {
        const row = this.rows().find(({ id }) => id === given.id);
        return row ?? super.rowToUpdate(given);
      }
    },
  ),
  mutant(
    'saving/after-logout',
    class extends ReferenceStore {
      override isDeleted() {
        return false;
      }
    },
  ),
];

/** Whether saving it changes nothing. */
function isIn(row: Row, given: TokenFields): boolean {
  const fields = Object.entries(given) as [keyof TokenFields, string][];
  return fields.every(([name, value]) => row[name] === value);
}
