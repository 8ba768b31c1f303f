/**
 * Tries the reference store and every mutant of it, and prints as JSON which checks failed: from
 * the name of the mutant, or `reference`, to their ids. In a process of its own, because Jest takes
 * unhandled rejections for itself.
 */
import { type CheckResult, runConformance } from '../../../conformance/src/index.ts';
import { MUTANTS } from './mutants.ts';
import { referenceSubject } from './reference-subject.ts';

const notPassed = (results: readonly CheckResult[]) =>
  results.flatMap(({ id, outcome }) => (outcome === 'passed' ? [] : [id]));

/** Starts a process for each store: tried on those alone that it is about. */
const KILLED = 'durability/killed';

const chosen = process.argv.slice(2);
const outcomes: Record<string, string[]> = {};
outcomes['reference'] = notPassed(await runConformance(referenceSubject()));
for (const { check, ...mutation } of MUTANTS) {
  if (chosen.length > 0 && !chosen.includes(check)) continue;
  const subject = referenceSubject({ ...mutation, name: check });
  const except = check === KILLED ? [] : [KILLED];
  outcomes[check] = notPassed(await runConformance(subject, { except }));
}
// On a line of its own: one of the mutants prints what it should not.
process.stdout.write(`\n${JSON.stringify(outcomes)}\n`);
process.exit(0);
