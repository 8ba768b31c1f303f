/** Whether a role allows something, by our own evaluation and, where there is one, the simulator's. */
import { allows, type NeededPermission, type Statement } from './policy.ts';
import { simulatorAllows } from './simulator.ts';

/** @throws Error where the two disagree: one of them does not know IAM well enough */
export async function isAllowed(
  role: readonly Statement[],
  needed: NeededPermission,
): Promise<boolean> {
  const ours = role.some((statement) => allows(statement, needed));
  const theirs = await simulatorAllows(role, needed);
  if (theirs !== undefined && theirs !== ours) {
    const verdicts = `${ours ? 'allowed' : 'refused'} by ours, and not so by iam-simulate`;
    throw new Error(`${JSON.stringify(needed)} is ${verdicts}.`);
  }
  return ours;
}

/** Those that the role allows, each once. */
export async function allowedOf(
  role: readonly Statement[],
  needed: readonly NeededPermission[],
): Promise<NeededPermission[]> {
  const distinct = distinctOf(needed);
  const verdicts = await Promise.all(distinct.map((one) => isAllowed(role, one)));
  return distinct.filter((_, index) => verdicts[index]);
}

/** Those that the role refuses, each once. */
export async function refusedOf(
  role: readonly Statement[],
  needed: readonly NeededPermission[],
): Promise<NeededPermission[]> {
  const allowed = await allowedOf(role, needed);
  return distinctOf(needed).filter((one) => !allowed.includes(one));
}

const seen = new Map<string, NeededPermission>();

/** The same permission is the same object: there are thousands of calls, and few permissions. */
function distinctOf(needed: readonly NeededPermission[]): NeededPermission[] {
  const distinct = needed.map((one) => {
    const text = JSON.stringify(one);
    const known = seen.get(text) ?? one;
    seen.set(text, known);
    return known;
  });
  return [...new Set(distinct)];
}
