/** The environment that the functions of a store run in; `lambdas/runtime/environment.ts` reads it. */
import { ENVIRONMENT, type EnvironmentName } from '../lambdas/runtime/environment.ts';
import { secretPrefix } from './resource-names.ts';
import type { StoreSettings } from './store-settings.ts';

/** What only exists once it is deployed. */
export interface DeployedNames {
  readonly tableName: string;
  readonly refreshQueueUrl: string;
  readonly eventBusName: string;
  /** The key that new secrets are encrypted with, where it is not AWS's own. */
  readonly kmsKeyArn?: string | undefined;
}

export function functionEnvironment(
  settings: StoreSettings,
  { tableName, refreshQueueUrl, eventBusName, kmsKeyArn = '' }: DeployedNames,
): Record<string, string> {
  const values: Record<EnvironmentName, string> = {
    store: settings.store,
    table: tableName,
    secretPrefix: secretPrefix(settings),
    kmsKeyArn,
    recoveryWindowDays: String(settings.recoveryWindowDays),
    dataCentre: settings.dataCentre,
    moreDataCentres: JSON.stringify(settings.moreDataCentres),
    providers: JSON.stringify(settings.providers),
    minValidSeconds: String(settings.minValidSeconds),
    refreshMarginSeconds: String(settings.refreshMarginSeconds),
    idleAfterDays: String(settings.idleAfterDays),
    refreshesPerSecond: String(settings.refreshesPerSecond),
    refreshWorkers: String(settings.refreshWorkers),
    refreshQueueUrl,
    eventBus: eventBusName,
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [ENVIRONMENT[name as EnvironmentName], value]),
  );
}
