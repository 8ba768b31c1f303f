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

const chosen = process.argv.slice(2);
const outcomes: Record<string, string[]> = {};
outcomes['reference'] = notPassed(await runConformance(referenceSubject()));
for (const { check, ...mutation } of MUTANTS) {
  if (chosen.length > 0 && !chosen.includes(check)) continue;
  outcomes[check] = notPassed(await runConformance(referenceSubject({ ...mutation, name: check })));
}
process.stdout.write(JSON.stringify(outcomes));
process.exit(0);
