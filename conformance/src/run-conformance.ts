/**
 * Runs checks against a subject, one after the other, each on a new place for tokens. A check that
 * hangs, or whose store would end the process, fails; the run goes on.
 */

import { type Check, type CheckResult, groupOf, type Hook } from './check.ts';
import { ALL_CHECKS } from './checks/all-checks.ts';
import { CrashWatch, nextTurns } from './crash-watch.ts';
import { Suffering } from './demand.ts';
import { loadSdk, type Sdk } from './sdk.ts';
import { Stage, type StageParts, SubjectError } from './stage.ts';
import type { Subject } from './subject.ts';
import { startFakeZoho } from './zoho/fake-zoho.ts';

export interface ConformanceOptions {
  /** The SDK that the store uses. Default: the one that this package finds. */
  readonly sdk?: Sdk;
  /** Ids or groups of the checks to run. Default: all. */
  readonly only?: readonly string[];
  /** Ids or groups of checks to leave out. */
  readonly except?: readonly string[];
  /** A check that takes longer hangs. Default 60. */
  readonly timeLimitSeconds?: number;
  /** Told of each result as it comes. */
  readonly onResult?: (result: CheckResult) => void;
}

/**
 * Tries a token store. Resolves with one result for each check, in the order of the checks, however
 * many fail.
 *
 * @throws TypeError where `only` or `except` names no check
 * @throws SubjectError where the subject makes no store at all
 * @example
 * const results = await runConformance(subject);
 * process.exitCode = results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
 */
export async function runConformance(
  subject: Subject,
  options: ConformanceOptions = {},
): Promise<CheckResult[]> {
  const { sdk = loadSdk(import.meta.url), onResult = () => {}, timeLimitSeconds = 60 } = options;
  const chosen = chooseChecks(options);
  const zoho = await startFakeZoho();
  const crashes = new CrashWatch();
  crashes.start();
  try {
    const results: CheckResult[] = [];
    for (const check of chosen) {
      const result = await runCheck(check, { sdk, zoho, subject, crashes }, timeLimitSeconds);
      results.push(result);
      onResult(result);
    }
    return results;
  } finally {
    await subject.close?.();
    await zoho.close();
    crashes.stop();
  }
}

/** @throws TypeError for a name that is neither a check's id nor a group */
export function chooseChecks({ only, except = [] }: ConformanceOptions = {}): readonly Check[] {
  const unknown = [...(only ?? []), ...except].filter(
    (name) => !ALL_CHECKS.some((check) => isNamed(check, [name])),
  );
  if (unknown.length > 0) throw new TypeError(`There is no check or group ${unknown.join(', ')}.`);
  return ALL_CHECKS.filter(
    (check) => (only === undefined || isNamed(check, only)) && !isNamed(check, except),
  );
}

const isNamed = (check: Check, names: readonly string[]) =>
  names.includes(check.id) || names.includes(groupOf(check));

async function runCheck(
  check: Check,
  parts: StageParts,
  timeLimitSeconds: number,
): Promise<CheckResult> {
  const { id, title, severity, defects } = check;
  const result = { id, group: groupOf(check), title, severity, defects };
  const stage = new Stage(parts);
  try {
    const missing = await missingHook(check, stage);
    if (missing !== undefined) {
      return { ...result, outcome: 'not tried', reason: `the subject has no ${missing}` };
    }
    const failure = await attempt(check, stage, parts.crashes, timeLimitSeconds);
    if (failure instanceof SubjectError) throw failure;
    return failure === undefined
      ? { ...result, outcome: 'passed' }
      : { ...result, outcome: 'failed', reason: reasonOf(failure) };
  } finally {
    await stage.close();
  }
}

/** Undefined where the check passes, or what was thrown, also where it would end the process. */
async function attempt(
  check: Check,
  stage: Stage,
  crashes: CrashWatch,
  timeLimitSeconds: number,
): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  let stop = () => {};
  const crashed = new Promise<unknown>((resolve) => {
    stop = crashes.listen((error) =>
      resolve(new Suffering(`it ends the process by an error nobody handles: ${classOf(error)}`)),
    );
  });
  const late = new Promise<unknown>((resolve) => {
    const complaint = new Suffering(`it is not done after ${timeLimitSeconds} seconds`);
    timer = setTimeout(() => resolve(complaint), timeLimitSeconds * 1_000);
  });
  const done = check.run(stage).then(nextTurns);
  try {
    return await Promise.race([done, crashed, late]).catch((error: unknown) => error ?? 'nothing');
  } finally {
    clearTimeout(timer);
    stop();
    done.catch(() => {});
  }
}

async function missingHook({ needs }: Check, stage: Stage): Promise<Hook | undefined> {
  if (needs.length === 0) return undefined;
  const home = await stage.home();
  return needs.find((hook) => home[hook] === undefined);
}

/** Our own complaints hold no value; of any other error only its class and code are told. */
function reasonOf(failure: unknown): string {
  if (failure instanceof Suffering) return failure.message;
  const code = (failure as { code?: unknown } | null)?.code;
  const named = typeof code === 'string' && /^[\w .-]{1,60}$/.test(code) ? ` (${code})` : '';
  return `it fails with ${classOf(failure)}${named}`;
}

function classOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error;
}
