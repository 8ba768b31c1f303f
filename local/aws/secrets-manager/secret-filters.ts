/** The Filters of ListSecrets and BatchGetSecretValue, and the pages of their answers. Pure. */
import { failures } from './failures.ts';
import { type Request, stringList } from './request-fields.ts';
import type { SecretRecord } from './secret-record.ts';

const KEYS = [
  'description',
  'name',
  'tag-key',
  'tag-value',
  'primary-region',
  'owning-service',
  'all',
];

/**
 * Values of a key are alternatives, keys all have to match; a value is a prefix, and `!` in front
 * negates it.
 */
export function matchingFilters(request: Request): (record: SecretRecord) => boolean {
  const filters = (request['Filters'] ?? []) as Request[];
  if (!Array.isArray(filters) || filters.length > 10) {
    throw failures.constraint('filters', 'Member must have length less than or equal to 10');
  }
  const tests = filters.map((filter) => {
    const key = String(filter['Key']);
    if (!KEYS.includes(key)) {
      throw failures.constraint(
        'filters.key',
        `Member must satisfy enum value set: [${KEYS.join(', ')}]`,
      );
    }
    const values = stringList(filter, 'Values', 10) ?? [];
    return (record: SecretRecord) => values.some((value) => matches(record, key, value));
  });
  return (record) => tests.every((test) => test(record));
}

function matches(record: SecretRecord, key: string, value: string): boolean {
  if (value.startsWith('!')) return !matches(record, key, value.slice(1));
  // Names and tags are compared as they are written; descriptions and `all` ignore case.
  if (key === 'name' || key === 'tag-key' || key === 'tag-value') {
    return texts(record, key).some((text) => text.startsWith(value));
  }
  const lower = value.toLowerCase();
  return texts(record, key).some((text) => text.toLowerCase().startsWith(lower));
}

function texts(record: SecretRecord, key: string): readonly string[] {
  const tags = record.tags ?? [];
  switch (key) {
    case 'name':
      return [record.name];
    case 'description':
      return (record.description ?? '').split(/\s+/);
    case 'tag-key':
      return tags.map((tag) => tag.Key);
    case 'tag-value':
      return tags.map((tag) => tag.Value);
    case 'all':
      return ['name', 'description', 'tag-key', 'tag-value'].flatMap((each) => texts(record, each));
    default:
      return [];
  }
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** A page after the item that the token names; a token whose item is gone is invalid. */
export function pageOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  request: Request,
  size: number,
): Page<T> {
  const token = request['NextToken'] ?? undefined;
  let start = 0;
  if (token !== undefined) {
    const after = Buffer.from(String(token), 'base64url').toString('utf8');
    start = items.findIndex((item) => idOf(item) === after) + 1;
    if (start === 0) throw failures.invalidNextToken();
  }
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  if (last === undefined || start + size >= items.length) return { items: page };
  return { items: page, nextToken: Buffer.from(idOf(last)).toString('base64url') };
}
