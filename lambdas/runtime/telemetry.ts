/**
 * What the core observes, as CloudWatch metrics in the embedded metric format: one log line, no
 * call. README.md lists them for operators. The dimension `service` is the store.
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SweepReport } from '../../lib/background/refresh-sweep.ts';
import { systemClock } from '../../lib/clock.ts';
import type { HousekeepingReport } from '../../lib/housekeeping/housekeeping-report.ts';
import type { Observer } from '../../lib/observer.ts';
import type { RefreshVerdict } from '../../lib/provider/token-provider.ts';

/** Finds are many: their remaining lifetimes are published together, at most once a minute. */
const HAND_OUTS_EVERY_MS = 60_000;
/** Unless one was handed out with so little left that somebody must look into it. */
const ALARMING_MS = 5_000;

const METRIC_OF_VERDICT = {
  refreshed: 'RefreshRefreshed',
  revoked: 'RefreshRefused',
  'client-fault': 'RefreshClientFault',
  throttled: 'RefreshThrottled',
  outage: 'RefreshOutage',
  malformed: 'RefreshMalformed',
} as const satisfies Record<RefreshVerdict['verdict'], string>;

export class Telemetry implements Observer {
  readonly #now: Metrics;
  readonly #handOuts: Metrics;
  #handOutsFlushedMs = 0;
  #alarming = false;

  constructor(store: string) {
    const settings = { namespace: 'Latchkey', serviceName: store };
    this.#now = new Metrics(settings);
    this.#handOuts = new Metrics(settings);
  }

  refresh: Observer['refresh'] = ({ verdict, lagMs, providerMs }) => {
    this.#count(METRIC_OF_VERDICT[verdict]);
    this.#now.addMetric('ProviderDuration', MetricUnit.Milliseconds, providerMs);
    if (lagMs !== undefined) {
      this.#now.addMetric('RefreshLag', MetricUnit.Milliseconds, Math.max(0, lagMs));
    }
  };

  takeover: Observer['takeover'] = ({ adopted }) => {
    this.#count('InDoubtTakeovers');
    if (adopted) this.#count('InDoubtAdopted');
  };

  wasted: Observer['wasted'] = () => this.#count('WastedRefreshes');

  needsReauthorization: Observer['needsReauthorization'] = () =>
    this.#count('NeedsReauthorization');

  handedOut: Observer['handedOut'] = ({ remainingMs }) => {
    this.#handOuts.addMetric(
      'RemainingLifetime',
      MetricUnit.Seconds,
      Math.floor(remainingMs / 1000),
    );
    if (remainingMs < ALARMING_MS) this.#alarming = true;
  };

  /** @param perSecond - refreshes a second that the workers may make */
  sweep({ backlog, due, dispatched, oldestDueMs }: SweepReport, perSecond: number): void {
    const used = Math.min(1, (backlog + due) / (perSecond * 60));
    this.#now.addMetric('RefreshBacklog', MetricUnit.Count, backlog);
    this.#now.addMetric('DueTokens', MetricUnit.Count, due);
    this.#now.addMetric('DispatchedTokens', MetricUnit.Count, dispatched);
    this.#now.addMetric('OldestDue', MetricUnit.Seconds, Math.floor(oldestDueMs / 1000));
    this.#now.addMetric('QuotaHeadroom', MetricUnit.Percent, Math.round((1 - used) * 100));
  }

  batch({ lostEvents }: { readonly lostEvents: number }): void {
    if (lostEvents > 0) this.#now.addMetric('LostEvents', MetricUnit.Count, lostEvents);
  }

  /** The latest numbers of a run; while it goes on they grow. */
  housekeeping({ checked, findings, repaired, failed, finishedAtMs }: HousekeepingReport): void {
    if (finishedAtMs !== undefined) {
      this.#now.addMetric('TokensActive', MetricUnit.Count, checked.active);
      this.#now.addMetric('TokensIdle', MetricUnit.Count, checked.idle);
      const { needsReauthorization } = checked;
      this.#now.addMetric('TokensNeedingReauthorization', MetricUnit.Count, needsReauthorization);
    }
    const sum = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((all, each) => all + each, 0);
    this.#now.addMetric('HousekeepingFindings', MetricUnit.Count, sum(findings));
    this.#now.addMetric('HousekeepingRepairs', MetricUnit.Count, sum(repaired));
    this.#now.addMetric('HousekeepingFailures', MetricUnit.Count, failed);
  }

  /** At the end of an invocation: what is not written by then may never be. */
  flush(): void {
    if (this.#now.hasStoredMetrics()) this.#now.publishStoredMetrics();
    const nowMs = systemClock.nowMs();
    const flushNow = this.#alarming || nowMs - this.#handOutsFlushedMs >= HAND_OUTS_EVERY_MS;
    if (!flushNow || !this.#handOuts.hasStoredMetrics()) return;
    this.#handOuts.publishStoredMetrics();
    this.#handOutsFlushedMs = nowMs;
    this.#alarming = false;
  }

  #count(name: string): void {
    this.#now.addMetric(name, MetricUnit.Count, 1);
  }
}
