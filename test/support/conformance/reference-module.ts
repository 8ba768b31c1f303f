/** The reference store, as the command line takes a subject. */
import { referenceSubject } from './reference-subject.ts';

export const subject = referenceSubject();
