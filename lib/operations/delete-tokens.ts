/**
 * deleteTokens: one small transaction that ends the store's generation, at any size of the store.
 *
 *   deleteTokens   generation g ───────── g+1, every copy at once
 *   save           reads g ── commits a row of g: as if it had come before, and gone with the rest
 */
import type { Deadline } from '../deadline.ts';
import type { DeleteAllRequest } from '../requests.ts';
import type { StoreParts } from './store-parts.ts';

export type DeleteTokensParts = Pick<StoreParts, 'index' | 'newId'>;

export class DeleteTokens {
  readonly #parts: DeleteTokensParts;

  constructor(parts: DeleteTokensParts) {
    this.#parts = parts;
  }

  /**
   * Logs every token of the store out, however many there are: when it returns, none is found.
   * They stay restorable until they are purged.
   */
  async deleteAll({ requestId }: DeleteAllRequest, deadline: Deadline): Promise<void> {
    const { index, newId } = this.#parts;
    await index.startNextGeneration(requestId ?? newId(), deadline);
  }
}
