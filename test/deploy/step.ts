/** A step of the deployment test: what it may do to tell and prove, and how steps follow each other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report, StepResult } from './report.ts';

const LOOK_EVERY_MS = 250;

export interface Teller {
  /** A claim that is printed when it is proved; a proof that throws ends the step. */
  check(claim: string, proof: () => unknown): Promise<void>;
  /** What a reader should know, and nobody asserts. */
  note(text: string): void;
  /** Looks until there is something. @throws Error when there is nothing after so long */
  until<Found>(
    what: string,
    limitSeconds: number,
    look: () => Promise<Found | undefined>,
  ): Promise<Found>;
}

export interface Step {
  readonly title: string;
  /** Whether the steps after it have nothing to stand on when it fails. */
  readonly bearsTheRest?: boolean;
  run(tell: Teller): Promise<void>;
}

/** Runs one step after the other. A step that fails stops the next ones only if it bears them. */
export async function runSteps(
  steps: readonly Step[],
  report: Report,
  interrupt: AbortSignal,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  let goesOn = true;
  for (const [index, step] of steps.entries()) {
    const { title } = step;
    if (!goesOn) {
      results.push({ title, outcome: 'not run', checks: 0, seconds: 0 });
      continue;
    }
    report.step(index + 1, title);
    const result = await runStep(step, report, interrupt);
    results.push(result);
    goesOn = result.outcome === 'passed' || step.bearsTheRest !== true;
  }
  return results;
}

async function runStep(step: Step, report: Report, interrupt: AbortSignal): Promise<StepResult> {
  const startedMs = performance.now();
  let checks = 0;
  let claimed = 'it comes to its end';
  const check: Teller['check'] = async (claim, proof) => {
    claimed = claim;
    await proof();
    checks += 1;
    report.proved(claim);
    claimed = 'it comes to its end';
  };
  const until: Teller['until'] = (what, limitSeconds, look) =>
    lookUntilFound({ what, limitSeconds, look, report, interrupt });
  let outcome: StepResult['outcome'] = 'passed';
  try {
    await step.run({ check, until, note: (text) => report.note(text) });
  } catch (error) {
    interrupt.throwIfAborted();
    outcome = 'failed';
    report.refuted(claimed, whyOf(error));
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { title: step.title, outcome, checks, seconds };
}

async function lookUntilFound<Found>({
  what,
  limitSeconds,
  look,
  report,
  interrupt,
}: {
  readonly what: string;
  readonly limitSeconds: number;
  readonly look: () => Promise<Found | undefined>;
  readonly report: Report;
  readonly interrupt: AbortSignal;
}): Promise<Found> {
  const startedMs = performance.now();
  try {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      const seconds = (performance.now() - startedMs) / 1000;
      if (seconds > limitSeconds) throw new Error(`${what}: nothing came in ${limitSeconds} s`);
      report.waiting(what, seconds);
      await sleep(LOOK_EVERY_MS, undefined, { signal: interrupt });
    }
  } finally {
    report.waiting(undefined);
  }
}

/** An assertion says all in its message; of anything else it helps to know where it came from. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AssertionError') return error.message;
  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at .*\/(test|lib|local)\//.test(line));
  return [`${error.name}: ${error.message}`, ...(frames ?? []).slice(0, 4)].join('\n');
}
