/** How a check says that the user suffers: in words that hold none of the values that were stored. */
import type { OAuthToken } from '@zohocrm/typescript-sdk-8.0';
import { differingFields, fieldsOf, type TokenFields } from './token-fields.ts';

/** The store did what it must not do. Any other error in a check is the store's or the SDK's. */
export class Suffering extends Error {
  override readonly name = 'Suffering';
}

/** @throws Suffering with the complaint, unless `fulfilled` */
export function demand(fulfilled: boolean, complaint: string): asserts fulfilled {
  if (!fulfilled) throw new Suffering(complaint);
}

/** Whether a find has hit. */
export function isFound(token: unknown): token is OAuthToken {
  return token !== null && token !== undefined;
}

/** A token that was found, of which all fields are as expected. */
export function demandFields(
  found: unknown,
  expected: TokenFields,
  what: string,
): asserts found is OAuthToken {
  demand(isFound(found), `${what} is not found`);
  const differing = differingFields(fieldsOf(found), expected);
  demand(differing.length === 0, `${what} comes back with another ${differing.join(', ')}`);
}

/** A token that was found, of which the fields that are named are as expected. */
export function demandSome(
  found: unknown,
  expected: TokenFields,
  what: string,
): asserts found is OAuthToken {
  demand(isFound(found), `${what} is not found`);
  const fields = fieldsOf(found);
  const differing = differingFields(fields, { ...fields, ...expected });
  demand(differing.length === 0, `${what} comes back with another ${differing.join(', ')}`);
}
