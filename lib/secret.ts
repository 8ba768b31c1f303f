/**
 * A string that does not print itself. However it is logged, thrown, inspected or serialized it
 * shows `[redacted]`; only `reveal()` gives the value, and a test lists the files that may call it.
 */
import { timingSafeEqual } from 'node:crypto';

const REDACTED = '[redacted]';
/**
 * `util.inspect.custom` by its registered name: an import of node:util loads all that is in it, and
 * every cold start would wait for that.
 */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself, for the place that sends it on: nowhere else. */
  reveal(): string {
    return this.#value;
  }

  /** Whether both hold the same string; takes the same time wherever they differ. */
  equals(other: Secret | undefined): boolean {
    if (other === undefined) return false;
    const mine = Buffer.from(this.#value, 'utf8');
    const theirs = Buffer.from(other.#value, 'utf8');
    return mine.length === theirs.length && timingSafeEqual(mine, theirs);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [INSPECT](): string {
    return REDACTED;
  }
}
