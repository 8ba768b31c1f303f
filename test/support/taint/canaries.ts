/**
 * Canaries: secrets that are looked for where they do not belong. Each has a kind, so that a hit
 * says what got out, where, and in which encoding.
 */
import { randomBytes } from 'node:crypto';
import {
  type Encoding,
  MIN_LENGTH,
  type Needle,
  needlesOf,
  withoutSeparators,
} from './encodings.ts';

export interface Hit {
  readonly channel: string;
  readonly kind: string;
  readonly encoding: Encoding;
}

/** What programs escape: quotes, markup, the reserved characters of URLs and forms, other scripts. */
const TROUBLE = `"'\\&<+/=%é漢`;

export class Canaries {
  readonly #kinds = new Map<string, string>();
  /** Needles by their first characters. */
  readonly #needles = new Map<string, (Needle & { readonly kind: string })[]>();

  /** A random value that no encoder leaves as it is. */
  mint(kind: string): string {
    return this.add(kind, `${randomHex()}${TROUBLE}${randomHex()}`);
  }

  /** A random value without characters that a place may refuse. */
  mintWord(kind: string): string {
    return this.add(kind, randomHex() + randomHex());
  }

  /** A secret that somebody else has made. */
  add(kind: string, value: string): string {
    if (value.length < MIN_LENGTH) throw new Error(`A ${kind} of ${value.length} characters.`);
    if (this.#kinds.has(value)) return value;
    this.#kinds.set(value, kind);
    for (const needle of needlesOf(value)) {
      const key = needle.text.slice(0, MIN_LENGTH);
      const known = this.#needles.get(key);
      if (known === undefined) this.#needles.set(key, [{ ...needle, kind }]);
      else known.push({ ...needle, kind });
    }
    return value;
  }

  get count(): number {
    return this.#kinds.size;
  }

  /** Every kind that there is a canary of. */
  get kinds(): string[] {
    return [...new Set(this.#kinds.values())].sort();
  }

  /**
   * What of the canaries is in the text.
   * @param documented - encodings that may stand in this channel
   */
  hits(channel: string, text: string, documented: readonly Encoding[] = []): Hit[] {
    const found = new Map<string, Hit>();
    for (const each of new Set([text, withoutSeparators(text)])) {
      for (const { kind, encoding } of this.#needlesIn(each)) {
        if (documented.includes(encoding)) continue;
        found.set(`${kind} ${encoding}`, { channel, kind, encoding });
      }
    }
    return [...found.values()];
  }

  *#needlesIn(text: string) {
    for (let at = 0; at + MIN_LENGTH <= text.length; at += 1) {
      const candidates = this.#needles.get(text.slice(at, at + MIN_LENGTH)) ?? [];
      yield* candidates.filter((needle) => text.startsWith(needle.text, at));
    }
  }
}

function randomHex(): string {
  return randomBytes(12).toString('hex');
}
