/** Stores that find the wrong thing, or find it in the wrong way. */
import { OAuthToken, type Token, UserSignature } from '@zohocrm/typescript-sdk-8.0';
import { fieldsOf, type TokenFields } from '../../../../conformance/src/token-fields.ts';
import type { Row } from '../memory-disk.ts';
import { ReferenceStore } from '../reference-store.ts';
import { type Mutant, mutant } from './mutant.ts';

export const findingMutants: readonly Mutant[] = [
  mutant(
    'finding/by-user',
    class extends ReferenceStore {
      override async findToken(token: Token.MasterModel) {
        const found = await super.findToken(token);
        if (fieldsOf(token).grantToken === 'grant-of-alice') found?.setGrantToken('');
        return found;
      }
    },
    ['durability/next-process', 'durability/dies-while-saving', 'isolation/shared-refresh-token'],
  ),
  mutant(
    'finding/by-id',
    class extends ReferenceStore {
      override async findTokenById(id: string) {
        const found = await super.findTokenById(id);
        if (fieldsOf(found ?? this.newToken()).userName?.startsWith('alice'))
          found?.setGrantToken('');
        return found;
      }
    },
    [
      'saving/updates',
      'saving/keeps-the-rest',
      'isolation/two-applications',
      'durability/next-process',
      'durability/seen-by-others',
      'durability/two-changes-at-once',
      'sdk/login-whole',
    ],
  ),
  mutant(
    'finding/same-object',
    class extends ReferenceStore {
      override async findToken(token: Token.MasterModel) {
        const copy = this.fill(this.newToken(), fieldsOf(token));
        return super.findToken(copy);
      }
    },
  ),
  mutant(
    'finding/given-values-stay',
    class extends ReferenceStore {
      override async findToken(token: Token.MasterModel) {
        const found = await super.findToken(token);
        const row = this.rows().find(({ id }) => id === found?.getId());
        if (row?.redirectUrl !== undefined) found?.setRedirectURL(row.redirectUrl);
        return found;
      }
    },
  ),
  mutant(
    'finding/nobody',
    class extends ReferenceStore {
      override async findToken(token: Token.MasterModel) {
        return (await super.findToken(token)) ?? (token as OAuthToken);
      }
    },
  ),
  mutant(
    'finding/unknown-id',
    class extends ReferenceStore {
      override async findTokenById(id: string) {
        if (this.rows().some((row) => row.id === id)) return super.findTokenById(id);
        return new Promise<never>(() => void Promise.reject(this.failure('nobody hears this')));
      }
    },
  ),
  mutant(
    'finding/no-ids',
    class extends ReferenceStore {
      override async findTokenById(id: string) {
        const [row] = this.rows();
        return super.findTokenById(id in {} && row !== undefined ? row.id : id);
      }
    },
  ),
  mutant(
    'finding/own-object',
    class extends ReferenceStore {
      readonly #objects = new Map<string, OAuthToken>();
      override async findTokenById(id: string) {
        const found = (await super.findTokenById(id)) ?? this.newToken();
        const before = this.#objects.get(id);
        if (before !== undefined && this.isUnchanged(id)) return before;
        this.#objects.set(id, found);
        this.#rows.set(id, JSON.stringify(fieldsOf(found)));
        return found;
      }
      readonly #rows = new Map<string, string>();
      isUnchanged(id: string) {
        const row = this.rows().find((one) => one.id === id);
        return (
          row !== undefined &&
          this.#rows.get(id) === JSON.stringify(fieldsOf(this.fill(this.newToken(), row)))
        );
      }
    },
  ),
  mutant(
    'finding/class',
    class extends ReferenceStore {
      override async findTokenById(id: string) {
        const found = await super.findTokenById(id);
        return Object.assign(Object.create(copyOfMethods), found) as OAuthToken;
      }
    },
  ),
  mutant(
    'finding/promises',
    class extends ReferenceStore {
      override deleteTokens() {
        void super.deleteTokens();
        return undefined as unknown as Promise<void>;
      }
    },
  ),
  mutant(
    'finding/nameless',
    class extends ReferenceStore {
      override newToken() {
        const token = super.newToken();
        token.setUserSignature(new UserSignature(null as unknown as string));
        return token;
      }
    },
  ),
  mutant(
    'finding/without-client',
    class extends ReferenceStore {
      override async findToken(token: Token.MasterModel) {
        const { clientId } = token as unknown as { clientId: unknown };
        return clientId === '' ? null : super.findToken(token);
      }
      override fill(token: OAuthToken, row: TokenFields) {
        const filled = super.fill(token, row);
        if ((row as Partial<Row>).id !== undefined && !filled.getClientId()) filled.setClientId('');
        return filled;
      }
      override matchFind(named: TokenFields) {
        return super.matchFind(named);
      }
    },
  ),
  mutant(
    'finding/expiry',
    class extends ReferenceStore {
      override fill(token: OAuthToken, row: TokenFields) {
        const { expiresIn, ...rest } = row;
        const iso = expiresIn && new Date(Number(expiresIn)).toISOString();
        return super.fill(token, iso === undefined ? row : { ...rest, expiresIn: iso });
      }
    },
  ),
  mutant(
    'finding/no-expiry',
    class extends ReferenceStore {
      override fill(token: OAuthToken, row: TokenFields) {
        const filled = super.fill(token, row);
        if (!filled.getExpiresIn()) filled.setExpiresIn('NaN');
        return filled;
      }
    },
  ),
];

const copyOfMethods = Object.create(null, Object.getOwnPropertyDescriptors(OAuthToken.prototype));
