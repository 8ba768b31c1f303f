/**
 * The store's own CloudWatch metrics: what the functions write, and dashboard and alarms read.
 * Names and units only, no SDK: infra knows this file too. docs/REFRESH.md explains each.
 */

export const METRIC_NAMESPACE = 'Latchkey';
/** The dimension of every metric; its value is the store. Powertools calls it so. */
export const STORE_DIMENSION = 'service';

export const METRIC_UNITS = {
  RefreshLag: 'Milliseconds',
  RemainingLifetime: 'Seconds',
  RefreshRefreshed: 'Count',
  RefreshRefused: 'Count',
  RefreshClientFault: 'Count',
  RefreshThrottled: 'Count',
  RefreshOutage: 'Count',
  RefreshMalformed: 'Count',
  IncidentRefusals: 'Count',
  NeedsReauthorization: 'Count',
  InDoubtTakeovers: 'Count',
  InDoubtAdopted: 'Count',
  WastedRefreshes: 'Count',
  RefreshBacklog: 'Count',
  DueTokens: 'Count',
  DispatchedTokens: 'Count',
  OldestDue: 'Seconds',
  QuotaHeadroom: 'Percent',
  ProviderDuration: 'Milliseconds',
  LostEvents: 'Count',
  StoreUnavailable: 'Count',
  TokensActive: 'Count',
  TokensIdle: 'Count',
  TokensNeedingReauthorization: 'Count',
  HousekeepingFindings: 'Count',
  HousekeepingRepairs: 'Count',
  HousekeepingUnmended: 'Count',
  HousekeepingFailures: 'Count',
} as const;

export type MetricName = keyof typeof METRIC_UNITS;

/** A token that is handed out with less life than this is as good as expired: somebody must look. */
export const ALARMING_LIFETIME_SECONDS = 5;
