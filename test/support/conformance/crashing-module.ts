/** A store as the SDK's DBStore is: asked for an unknown id, it ends the process. */
import { MUTANTS } from './mutants.ts';
import { referenceSubject } from './reference-subject.ts';

const { check: name = '', ...mutation } =
  MUTANTS.find(({ check }) => check === 'finding/unknown-id') ?? {};

export const subject = referenceSubject({ ...mutation, name });
