/** Stores with which the SDK's own flows go wrong, and those that refresh as the SDK does. */
import type { OAuthToken, Token } from '@zohocrm/typescript-sdk-8.0';
import { fieldsOf, type TokenFields } from '../../../../conformance/src/token-fields.ts';
import type { Row } from '../memory-disk.ts';
import { ReferenceStore } from '../reference-store.ts';
import { type Mutant, mutant } from './mutant.ts';

/** The SDK has saved it: its tokens are the stand-in's. */
const isLogin = (row: TokenFields | undefined) =>
  row?.grantToken?.startsWith('1000.grant') ?? false;
const isLocal = ({ apiDomain }: TokenFields) => apiDomain?.startsWith('http://127.') ?? false;

export const sdkMutants: readonly Mutant[] = [
  mutant(
    'sdk/login',
    class extends ReferenceStore {
      #isFirst = true;
      override matchFind(named: TokenFields) {
        const match = super.matchFind(named);
        const isCold = this.#isFirst && named.userName !== undefined;
        this.#isFirst = false;
        return isCold && isLogin(match) ? undefined : match;
      }
    },
    ['sdk/refreshed', 'sdk/login-again'],
  ),
  mutant(
    'sdk/login-whole',
    class extends ReferenceStore {
      override fill(token: OAuthToken, row: TokenFields) {
        const { apiDomain, ...rest } = row;
        return super.fill(token, isLogin(row) ? rest : row);
      }
    },
  ),
  mutant(
    'sdk/spent-grant',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        const match = super.matchFind(named);
        return named.userName === undefined && isLogin(named) ? undefined : match;
      }
    },
  ),
  mutant(
    'sdk/by-refresh-token',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        const isAsked = named.userName === undefined && named.refreshToken?.startsWith('1000.');
        return isAsked ? undefined : super.matchFind(named);
      }
    },
  ),
  mutant(
    'sdk/by-id',
    class extends ReferenceStore {
      #isFirst = true;
      override async findTokenById(id: string) {
        const found = await super.findTokenById(id);
        if (found !== null && this.#isFirst && isLogin(fieldsOf(found))) found.setAccessToken('');
        this.#isFirst = false;
        return found;
      }
      override matchFind(named: TokenFields) {
        this.#isFirst = false;
        return super.matchFind(named);
      }
    },
  ),
  mutant(
    'sdk/unknown-user',
    class extends ReferenceStore {
      override async findToken(token: Token.MasterModel) {
        const found = await super.findToken(token);
        if (found !== null || fieldsOf(token).userName === undefined) return found;
        return this.rows().some(isLogin) ? (token as OAuthToken) : null;
      }
    },
  ),
  mutant(
    'sdk/access-token-alone',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        const match = super.matchFind(named);
        const isLocalAlone = match?.clientId === undefined && match && isLocal(match);
        return isLocalAlone ? undefined : match;
      }
      override matchSave(given: TokenFields) {
        const isLocalAlone = given.clientId === undefined && isLocal(given);
        return isLocalAlone ? undefined : super.matchSave(given);
      }
    },
  ),
  mutant(
    'sdk/removed',
    class extends ReferenceStore {
      override async deleteToken(id: string) {
        if (!isLogin(this.rows().find((row) => row.id === id))) await super.deleteToken(id);
      }
    },
  ),
  mutant(
    'sdk/refreshed',
    class extends ReferenceStore {
      override merge(row: Row, given: TokenFields) {
        const isRefresh = given.accessToken !== undefined && given.accessToken !== row.accessToken;
        const isSameLogin = (given.grantToken ?? row.grantToken) === row.grantToken;
        const merged = super.merge(row, given);
        if (!(isLogin(row) && isRefresh && isSameLogin)) return merged;
        const { accessToken = '', expiresIn = '' } = row;
        return { ...merged, accessToken, expiresIn };
      }
    },
  ),
  mutant(
    'sdk/login-again',
    class extends ReferenceStore {
      override isNewLogin() {
        return false;
      }
    },
  ),
  mutant(
    'refreshing/at-once',
    class extends ReferenceStore {
      override refreshOnce(row: Row) {
        return this.refresh(row);
      }
    },
  ),
  mutant(
    'refreshing/without-expiry',
    class extends ReferenceStore {
      override lifeMs(answer: Readonly<Record<string, unknown>>) {
        return 'expires_in' in answer ? super.lifeMs(answer) : Number.NaN;
      }
      override async fresh(row: Row) {
        return row.expiresIn === 'NaN' ? row : super.fresh(row);
      }
    },
  ),
  mutant(
    'refreshing/two-units',
    class extends ReferenceStore {
      override lifeMs(answer: Readonly<Record<string, unknown>>) {
        return 'expires_in_sec' in answer ? Number(answer['expires_in']) : super.lifeMs(answer);
      }
    },
  ),
  mutant(
    'refreshing/error-with-token',
    class extends ReferenceStore {
      override isGranted() {
        return true;
      }
    },
  ),
  mutant(
    'refreshing/foreign-domain',
    class extends ReferenceStore {
      override async knownDomain(domain: unknown) {
        return typeof domain === 'string' ? { apiDomain: domain } : {};
      }
    },
  ),
  mutant(
    'refreshing/nothing-to-refresh-with',
    class extends ReferenceStore {
      override async fresh(row: Row) {
        return row.refreshToken === undefined ? row : super.fresh(row);
      }
    },
  ),
];
