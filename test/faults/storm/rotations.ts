/**
 * Who was given each refresh token that a provider rotated. Where the answer did not come, or its
 * worker died with it, nobody is to blame if it is lost: that is the one window of docs/REFRESH.md.
 */
import type { Invocation } from '../../simulation/engine/lambda-process.ts';

export class Rotations {
  readonly #holders = new Map<string, Invocation>();

  /** The answer with it has come. */
  come(refreshToken: string, to: Invocation): void {
    this.#holders.set(refreshToken, to);
  }

  /** Whether a worker had it that did not die: the store must have kept it. */
  wasInHand(refreshToken: string): boolean {
    return this.#holders.get(refreshToken)?.dead === false;
  }
}
