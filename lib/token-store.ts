/**
 * The TokenStore: every operation over one set of parts. Functions build only the operation they
 * serve; whoever wants the whole store in one process takes this.
 */
import { DeleteToken } from './operations/delete-token.ts';
import { DeleteTokens } from './operations/delete-tokens.ts';
import { FindToken } from './operations/find-token.ts';
import { GetAccessToken } from './operations/get-access-token.ts';
import { GetTokens } from './operations/get-tokens.ts';
import { RestoreTokens } from './operations/restore-tokens.ts';
import { SaveToken } from './operations/save-token.ts';
import type { StoreParts } from './operations/store-parts.ts';

/**
 * A store of OAuth tokens.
 *
 * @example
 * const store = new TokenStore(parts);
 * const deadline = deadlineIn(10_000, systemClock);
 * const { id } = await store.saveToken(parseSaveToken({ token: { userName, accessToken } }), deadline);
 * const found = await store.findTokenById({ id }, deadline);
 */
export class TokenStore {
  readonly findToken: FindToken['find'];
  readonly findTokenById: FindToken['findById'];
  readonly saveToken: SaveToken['save'];
  readonly deleteToken: DeleteToken['delete'];
  readonly getTokens: GetTokens['list'];
  readonly deleteTokens: DeleteTokens['deleteAll'];
  readonly getAccessToken: GetAccessToken['get'];
  readonly restoreTokens: RestoreTokens['restore'];

  constructor(parts: StoreParts) {
    const find = new FindToken(parts);
    const save = new SaveToken(parts);
    const remove = new DeleteToken(parts);
    const removeAll = new DeleteTokens(parts);
    const list = new GetTokens(parts);
    const accessToken = new GetAccessToken(parts);
    const restore = new RestoreTokens(parts);
    this.findToken = (request, deadline) => find.find(request, deadline);
    this.findTokenById = (request, deadline) => find.findById(request, deadline);
    this.saveToken = (request, deadline) => save.save(request, deadline);
    this.deleteToken = (request, deadline) => remove.delete(request, deadline);
    this.getTokens = (request, deadline) => list.list(request, deadline);
    this.deleteTokens = (request, deadline) => removeAll.deleteAll(request, deadline);
    this.getAccessToken = (request, deadline) => accessToken.get(request, deadline);
    this.restoreTokens = (request, deadline) => restore.restore(request, deadline);
  }
}
