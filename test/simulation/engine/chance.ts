/** Chance that is the same in every run of a seed. */
import { seededRandom } from '../../support/core/seeded-random.ts';

export class Chance {
  /** In [0, 1). */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** Another row of numbers, so that what draws from it disturbs nobody else. */
  fork(): Chance {
    return new Chance(Math.floor(this.next() * 2 ** 31));
  }

  of(share: number): boolean {
    return this.next() < share;
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** How long until something happens that happens every `meanMs` on average. */
  waitMs(meanMs: number): number {
    return -Math.log(1 - this.next()) * meanMs;
  }

  oneOf<Value>(choices: readonly Value[]): Value {
    return this.weighted(choices.map((value) => ({ weight: 1, value })));
  }

  /** One of several, each as likely as its weight says. */
  weighted<Value>(choices: readonly { readonly weight: number; readonly value: Value }[]): Value {
    let left = this.next() * choices.reduce((sum, { weight }) => sum + weight, 0);
    for (const { weight, value } of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    throw new Error('There is nothing to choose from.');
  }

  /** A token id or lease owner: 32 hexadecimal digits. */
  readonly hexId = (): string =>
    [0, 1, 2, 3]
      .map(() =>
        Math.floor(this.next() * 2 ** 32)
          .toString(16)
          .padStart(8, '0'),
      )
      .join('');
}
