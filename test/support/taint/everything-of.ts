/**
 * All that an object shows to whoever looks hard: printed, inspected to the bottom with hidden
 * properties and getters, serialized, and what its prototypes answer; of an error its causes too.
 */
import { inspect } from 'node:util';

const TO_THE_BOTTOM = {
  depth: null,
  showHidden: true,
  getters: true,
  maxArrayLength: null,
  maxStringLength: null,
  breakLength: Number.POSITIVE_INFINITY,
};

export function everythingOf(value: unknown): string {
  return [
    attempted(() => String(value)),
    attempted(() => inspect(value, TO_THE_BOTTOM)),
    attempted(() => inspect(value, { ...TO_THE_BOTTOM, customInspect: false })),
    attempted(() => JSON.stringify(value)),
    ...inherited(value, new Set()),
  ].join('\n');
}

/** What the prototypes of a value, its causes and its errors answer to their getters and names. */
function inherited(value: unknown, seen: Set<unknown>): string[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  const texts: string[] = [];
  let from: unknown = value;
  while (from !== null && from !== Object.prototype) {
    for (const key of Reflect.ownKeys(from as object)) {
      const member = attempted(() =>
        inspect(Reflect.get(from as object, key, value), TO_THE_BOTTOM),
      );
      texts.push(`${String(key)}: ${member}`);
    }
    from = Object.getPrototypeOf(from);
  }
  const { cause, errors } = value as { readonly cause?: unknown; readonly errors?: unknown };
  const further = Array.isArray(errors) ? [cause, ...errors] : [cause];
  return texts.concat(further.flatMap((each) => inherited(each, seen)));
}

/** A getter or a toJSON that throws tells something too. */
function attempted(look: () => string | undefined): string {
  try {
    return look() ?? '';
  } catch (error) {
    return String(error);
  }
}
