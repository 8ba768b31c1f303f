/** What the processes of a run are given to do. */
import { scenarioNamed } from '../crash/scenarios/all.ts';
import { type ConflictResult, conflictsOf } from './conflicts/conflict-matrix.ts';
import { runStorm, type StormResult } from './storm/storm.ts';

export type Job =
  | { readonly kind: 'storm'; readonly seed: number; readonly hours: number }
  | { readonly kind: 'conflicts'; readonly scenario: string };

export type JobResult =
  | { readonly kind: 'storm'; readonly storm: StormResult }
  | { readonly kind: 'conflicts'; readonly conflicts: ConflictResult };

export async function runJob(job: Job): Promise<JobResult> {
  if (job.kind === 'storm') return { kind: 'storm', storm: await runStorm(job) };
  const conflicts = await conflictsOf(scenarioNamed(job.scenario));
  return { kind: 'conflicts', conflicts };
}
