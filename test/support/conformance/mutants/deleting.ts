/** Stores that delete too little, too much, or not twice. */
import type { OAuthToken, Token } from '@zohocrm/typescript-sdk-8.0';
import { fieldsOf } from '../../../../conformance/src/token-fields.ts';
import { ReferenceStore } from '../reference-store.ts';
import { type Mutant, mutant } from './mutant.ts';

export const deletingMutants: readonly Mutant[] = [
  mutant(
    'deleting/one',
    class extends ReferenceStore {
      override async findToken(token: Token.MasterModel) {
        const { grantToken, userName } = fieldsOf(token);
        const found = await super.findToken(token);
        if (grantToken === undefined || userName !== undefined) return found;
        const deleted = this.disk.read().deleted.length > 0;
        return found ?? (deleted ? (token as OAuthToken) : null);
      }
    },
  ),
  mutant(
    'deleting/only-that',
    class extends ReferenceStore {
      override async deleteToken(id: string) {
        const last = this.rows().at(-1);
        if (this.rows().some((row) => row.id === id) && last !== undefined && id === 'token-1') {
          await super.deleteToken(last.id);
        }
        await super.deleteToken(id);
      }
    },
  ),
  mutant(
    'deleting/again',
    class extends ReferenceStore {
      override async deleteToken(id: string) {
        if (!this.rows().some((row) => row.id === id)) throw this.failure('no such id');
        await super.deleteToken(id);
      }
    },
  ),
  mutant(
    'deleting/foreign-id',
    class extends ReferenceStore {
      override newId() {
        return this.isForeign ? 'b7-uuid' : super.newId();
      }
      isForeign = false;
      override async saveToken(token: Token.MasterModel) {
        this.isForeign = fieldsOf(token).id === 'b7-uuid';
        await super.saveToken(token);
        this.isForeign = false;
      }
      override async deleteToken(id: string) {
        if (id === 'b7-uuid') throw this.failure('no such column');
        await super.deleteToken(id);
      }
    },
  ),
  mutant(
    'deleting/all',
    class extends ReferenceStore {
      override async deleteTokens() {
        const [first] = this.rows();
        await super.deleteTokens();
        if (first !== undefined) this.write([first]);
      }
    },
  ),
  mutant(
    'deleting/all-then-save',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        const { deleted } = this.disk.read();
        if (deleted.length > 1) throw this.failure('the table is gone');
        await super.saveToken(token);
      }
    },
  ),
  mutant(
    'deleting/empty-store',
    class extends ReferenceStore {
      override async deleteTokens() {
        if (this.rows().length === 0) throw this.failure('there is no file yet');
        await super.deleteTokens();
      }
    },
  ),
  mutant(
    'deleting/list-of-none',
    class extends ReferenceStore {
      override async getTokens() {
        const tokens = await super.getTokens();
        return tokens.length > 0 ? tokens : (null as unknown as OAuthToken[]);
      }
    },
  ),
  mutant(
    'deleting/list',
    class extends ReferenceStore {
      override async getTokens() {
        const tokens = await super.getTokens();
        for (const token of tokens) {
          if (token.getAPIDomain() === 'https://www.zohoapis.eu' && tokens.length === 2)
            token.setGrantToken('');
        }
        return tokens;
      }
    },
  ),
];
