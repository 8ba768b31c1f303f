/**
 * A whole sweep on the embedded AWS: many tokens due at once, from the schedule's tick until the
 * last of them is refreshed, by so many workers. Emulator, workers and provider share the process:
 * its times say how runs compare, not how fast AWS is; the calls are those that AWS would see.
 */
import { buildBundles } from '../../infra/bundling/build-bundles.ts';
import { functionName } from '../../infra/resource-names.ts';
import { deployLocally, type LocalDeployment } from '../../local/deployment.ts';
import { startFakeZoho } from '../../local/zoho/fake-zoho-server.ts';
import type { Progress } from '../progress.ts';
import type { Cost } from '../samples.ts';
import { logIn, WITHOUT_LIMITS } from '../zoho-login.ts';

/** The most that may be set: what Secrets Manager takes of an account, less the room for saves. */
const REFRESHES_PER_SECOND = 45;
const MINUTE_MS = 60_000;

export interface SweepCall {
  readonly by: 'refresh-dispatcher' | 'refresh-worker';
  readonly service: string;
  readonly action: string;
  readonly count: number;
}

export interface SweepRun {
  readonly workers: number;
  readonly tokens: number;
  readonly perSecondAllowed: number;
  /** Invocations of a worker. */
  readonly batches: number;
  /** Of the sweep as a whole. */
  readonly cost: Cost;
  readonly calls: readonly SweepCall[];
  readonly providerCalls: number;
}

export async function measureSweeps({
  tokens,
  workers,
  progress,
}: {
  readonly tokens: number;
  readonly workers: readonly number[];
  readonly progress: Progress;
}): Promise<readonly SweepRun[]> {
  progress('sweep: building');
  await buildBundles();
  const runs: SweepRun[] = [];
  for (const count of workers) {
    progress(`sweep: ${tokens} tokens, ${count} workers`);
    runs.push(await measureSweep(tokens, count));
  }
  return runs;
}

async function measureSweep(tokens: number, refreshWorkers: number): Promise<SweepRun> {
  const zoho = await startFakeZoho({ behaviour: WITHOUT_LIMITS });
  const deployment = await deployLocally({
    store: 'bench',
    dataCentre: 'bench',
    moreDataCentres: { bench: { accountsUrl: zoho.base, apiDomain: zoho.base } },
    refreshesPerSecond: REFRESHES_PER_SECOND,
    refreshWorkers,
  });
  const { aws, client } = deployment;
  try {
    const expiresAt = aws.clock.nowMs() + MINUTE_MS;
    for (let user = 0; user < tokens; user += 1) {
      const token = await logIn(zoho.base, `user-${user}`, aws.clock.nowMs());
      await client.saveToken({ token: { ...token, expiresAt } });
    }
    aws.calls.length = 0;
    zoho.clearLog();
    const cost = await costOf(() => aws.advanceMinutes(1));
    const providerCalls = zoho.counters.minted;
    if (providerCalls !== tokens) throw new Error(`${providerCalls} of ${tokens} were refreshed.`);
    return {
      workers: refreshWorkers,
      tokens,
      perSecondAllowed: REFRESHES_PER_SECOND,
      batches: aws.calls.filter(({ caller }) => caller === 'event-source').length,
      cost,
      calls: callsOf(deployment),
      providerCalls,
    };
  } finally {
    await deployment.close();
    await zoho.close();
  }
}

async function costOf(run: () => Promise<void>): Promise<Cost> {
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await run();
  const wallMicroseconds = (performance.now() - startedMs) * 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpuMicroseconds: user + system, wallMicroseconds };
}

/** By function, service and operation, in the order of their first calls. */
function callsOf({ aws, settings }: LocalDeployment): SweepCall[] {
  const counts = new Map<string, SweepCall>();
  for (const by of ['refresh-dispatcher', 'refresh-worker'] as const) {
    for (const { caller, service, action } of aws.calls) {
      if (caller !== functionName(settings, by)) continue;
      const name = `${by} ${service} ${action}`;
      const count = (counts.get(name)?.count ?? 0) + 1;
      counts.set(name, { by, service, action, count });
    }
  }
  return [...counts.values()];
}
