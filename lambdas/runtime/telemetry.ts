/**
 * What the core observes, as CloudWatch metrics in the embedded metric format: one log line, no
 * call. docs/REFRESH.md lists them for operators.
 */
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { SweepReport } from '../../lib/background/refresh-sweep.ts';
import { systemClock } from '../../lib/clock.ts';
import type { Freshness } from '../../lib/freshness.ts';
import { type HousekeepingReport, unmended } from '../../lib/housekeeping/housekeeping-report.ts';
import type { Observer } from '../../lib/observer.ts';
import type { RefreshVerdict } from '../../lib/provider/token-provider.ts';
import {
  ALARMING_LIFETIME_SECONDS,
  METRIC_NAMESPACE,
  METRIC_UNITS,
  type MetricName,
} from './metrics.ts';

/** Finds are many: their remaining lifetimes are published together, at most once a minute. */
const HAND_OUTS_EVERY_MS = 60_000;
/** Of these nobody can make anything fresh: their users have been told, or know. */
const BEYOND_THE_STORE: readonly Freshness[] = ['revoked', 'cannot-refresh'];

const METRIC_OF_VERDICT = {
  refreshed: 'RefreshRefreshed',
  revoked: 'RefreshRefused',
  'client-fault': 'RefreshClientFault',
  throttled: 'RefreshThrottled',
  outage: 'RefreshOutage',
  malformed: 'RefreshMalformed',
} as const satisfies Record<RefreshVerdict['verdict'], MetricName>;

export class Telemetry implements Observer {
  readonly #now: Metrics;
  readonly #handOuts: Metrics;
  #handOutsFlushedMs = 0;
  #alarming = false;

  constructor(store: string) {
    const settings = { namespace: METRIC_NAMESPACE, serviceName: store };
    this.#now = new Metrics(settings);
    this.#handOuts = new Metrics(settings);
  }

  refresh: Observer['refresh'] = ({ verdict, lagMs, providerMs }) => {
    this.#count(METRIC_OF_VERDICT[verdict]);
    this.#add('ProviderDuration', providerMs);
    if (lagMs !== undefined) this.#add('RefreshLag', Math.max(0, lagMs));
  };

  takeover: Observer['takeover'] = ({ adopted }) => {
    this.#count('InDoubtTakeovers');
    if (adopted) this.#count('InDoubtAdopted');
  };

  wasted: Observer['wasted'] = () => this.#count('WastedRefreshes');

  needsReauthorization: Observer['needsReauthorization'] = () =>
    this.#count('NeedsReauthorization');

  incident: Observer['incident'] = () => this.#count('IncidentRefusals');

  handedOut: Observer['handedOut'] = ({ remainingMs, freshness }) => {
    if (BEYOND_THE_STORE.includes(freshness)) return;
    const seconds = Math.floor(remainingMs / 1000);
    this.#add('RemainingLifetime', seconds, this.#handOuts);
    if (seconds < ALARMING_LIFETIME_SECONDS) this.#alarming = true;
  };

  /** AWS failed, throttled or took too long, and whoever asked was told to come again. */
  storeUnavailable(): void {
    this.#count('StoreUnavailable');
  }

  /** @param perSecond - refreshes a second that the workers may make */
  sweep({ backlog, due, dispatched, oldestDueMs }: SweepReport, perSecond: number): void {
    const used = Math.min(1, (backlog + due) / (perSecond * 60));
    this.#add('RefreshBacklog', backlog);
    this.#add('DueTokens', due);
    this.#add('DispatchedTokens', dispatched);
    this.#add('OldestDue', Math.floor(oldestDueMs / 1000));
    this.#add('QuotaHeadroom', Math.round((1 - used) * 100));
  }

  batch({ lostEvents }: { readonly lostEvents: number }): void {
    if (lostEvents > 0) this.#add('LostEvents', lostEvents);
  }

  /** The latest numbers of a run; while it goes on they grow. */
  housekeeping(report: HousekeepingReport): void {
    const { mode, checked, findings, repaired, failed, finishedAtMs } = report;
    if (finishedAtMs !== undefined) {
      this.#add('TokensActive', checked.active);
      this.#add('TokensIdle', checked.idle);
      const { needsReauthorization } = checked;
      this.#add('TokensNeedingReauthorization', needsReauthorization);
    }
    const sum = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((all, each) => all + each, 0);
    this.#add('HousekeepingFindings', sum(findings));
    this.#add('HousekeepingRepairs', sum(repaired));
    if (mode === 'repair') this.#add('HousekeepingUnmended', unmended(report));
    this.#add('HousekeepingFailures', failed);
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

  #count(name: MetricName): void {
    this.#add(name, 1);
  }

  #add(name: MetricName, value: number, metrics = this.#now): void {
    metrics.addMetric(name, METRIC_UNITS[name], value);
  }
}
