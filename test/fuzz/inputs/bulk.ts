/**
 * Something large that is not there until it is needed: fast-check keeps what it made, and a report
 * must not print six megabytes.
 */

/** What Lambda takes of an event that is waited for: 6 MB. */
export const LARGEST_EVENT = 6_000_000;

export class Bulk {
  readonly kind: 'text' | 'list' | 'members' | 'nesting';
  readonly unit: string;
  readonly times: number;

  constructor(kind: Bulk['kind'], unit: string, times: number) {
    this.kind = kind;
    this.unit = unit;
    this.times = times;
  }

  make(): unknown {
    switch (this.kind) {
      case 'text':
        return this.unit.repeat(this.times);
      case 'list':
        return Array.from({ length: this.times }, () => this.unit);
      case 'members':
        return Object.fromEntries(
          Array.from({ length: this.times }, (_, at) => [`${this.unit}${at}`, at]),
        );
      case 'nesting':
        return JSON.parse('['.repeat(this.times) + ']'.repeat(this.times));
    }
  }

  toJSON(): string {
    return `(${this.kind}: ${this.times} times ${JSON.stringify(this.unit)})`;
  }
}

/**
 * The event that is meant, as JSON.parse would give it: `__proto__` is a member like any other.
 * @param written - what becomes of each text
 */
export function made(template: unknown, written: (text: string) => unknown): unknown {
  if (typeof template === 'string') return written(template);
  if (template instanceof Bulk) return template.make();
  if (Array.isArray(template)) return template.map((each) => made(each, written));
  if (typeof template !== 'object' || template === null) return template;
  const members = Object.entries(template).map(([name, value]) => [name, made(value, written)]);
  return Object.fromEntries(members);
}

/** Every text in an event, names of members too; of what is large, its beginning. */
export function textsIn(template: unknown): string[] {
  const texts: string[] = [];
  // A provider's answer may be nested deeper than calls may be.
  const left: unknown[] = [template];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string') texts.push(value);
    else if (value instanceof Bulk) texts.push(value.unit.repeat(64));
    else if (typeof value === 'object' && value !== null) {
      left.push(...Object.keys(value), ...Object.values(value));
    }
  }
  return texts;
}
