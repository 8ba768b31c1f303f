/** Stores that find the wrong thing, or find it in the wrong way. */
import { OAuthToken, type Token, UserSignature } from '@zohocrm/typescript-sdk-8.0';
import { fieldsOf, type TokenFields } from '../../../../conformance/src/token-fields.ts';
import type { Row } from '../memory-disk.ts';
import { ReferenceStore } from '../reference-store.ts';
import { type Mutant, mutant } from './mutant.ts';

/** Knows whether it has saved one token, once: what most checks begin with, and few end with. */
class OfFirstSave extends ReferenceStore {
  #saves = 0;
  get isFirstSave(): boolean {
    return this.#saves === 1;
  }
  override async saveToken(token: Token.MasterModel) {
    this.#saves += 1;
    await super.saveToken(token);
  }
}

function isAlice(token: OAuthToken | null): token is OAuthToken {
  return token?.getAccessToken() === 'access-of-alice';
}

function wholeSeconds({ expiresIn }: TokenFields): TokenFields {
  return expiresIn === undefined ? {} : { expiresIn: `${expiresIn.slice(0, -3)}000` };
}

export const findingMutants: readonly Mutant[] = [
  mutant(
    'finding/by-user',
    class extends OfFirstSave {
      override async findToken(token: Token.MasterModel) {
        const found = await super.findToken(token);
        if (this.isFirstSave && isAlice(found)) found.setGrantToken('');
        return found;
      }
    },
  ),
  mutant(
    'finding/by-id',
    class extends OfFirstSave {
      override async findTokenById(id: string) {
        const found = await super.findTokenById(id);
        if (this.isFirstSave && isAlice(found)) found.setGrantToken('');
        return found;
      }
    },
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
        if (found === null) return null;
        const row = this.rows().find(({ id }) => id === found.getId());
        if (row?.redirectUrl !== undefined) found.setRedirectURL(row.redirectUrl);
        return found;
      }
    },
  ),
  mutant(
    'finding/nobody',
    class extends ReferenceStore {
      override async findToken(token: Token.MasterModel) {
        const found = await super.findToken(token);
        const isNobody = fieldsOf(token).userName?.startsWith('nobody');
        return isNobody ? (token as OAuthToken) : found;
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
        return isAlice(found)
          ? (Object.assign(Object.create(METHODS), found) as OAuthToken)
          : found;
      }
    },
  ),
  mutant(
    'finding/promises',
    class extends ReferenceStore {
      override deleteTokens() {
        const isEmpty = this.rows().length === 0;
        const done = super.deleteTokens();
        return isEmpty ? done : (undefined as unknown as Promise<void>);
      }
    },
  ),
  mutant(
    'finding/nameless',
    class extends ReferenceStore {
      override async findTokenById(id: string) {
        const found = await super.findTokenById(id);
        if (isAlice(found) && found.getUserSignature() === null) {
          found.setUserSignature(new UserSignature(null as unknown as string));
        }
        return found;
      }
    },
  ),
  mutant(
    'finding/without-client',
    class extends ReferenceStore {
      override async findToken(token: Token.MasterModel) {
        if ((token as OAuthToken).getClientId() === '') return null;
        const found = await super.findToken(token);
        if (found?.getClientId() === null) found.setClientId('');
        return found;
      }
    },
  ),
  mutant(
    'finding/expiry',
    class extends ReferenceStore {
      // It keeps whole seconds.
      override merge(row: Row, given: TokenFields) {
        return { ...super.merge(row, given), ...wholeSeconds(given) };
      }
      override fill(token: OAuthToken, row: TokenFields) {
        return super.fill(token, { ...row, ...wholeSeconds(row) });
      }
    },
    ['sdk/login-whole'],
  ),
  mutant(
    'finding/no-expiry',
    class extends ReferenceStore {
      override async findTokenById(id: string) {
        const found = await super.findTokenById(id);
        if (isAlice(found) && !found.getExpiresIn()) found.setExpiresIn('NaN');
        return found;
      }
    },
  ),
];

/** Every method of an OAuthToken, without being one. */
const METHODS = Object.create(null, Object.getOwnPropertyDescriptors(OAuthToken.prototype));
