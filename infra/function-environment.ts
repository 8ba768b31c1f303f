/** The environment that the functions of a store run in; `lambdas/runtime/environment.ts` reads it. */
import { ENVIRONMENT, type EnvironmentName } from '../lambdas/runtime/environment.ts';
import type { StoreSettings } from './store-settings.ts';

export function secretPrefix({ store }: Pick<StoreSettings, 'store'>): string {
  return `latchkey/${store}/`;
}

export function functionEnvironment(
  settings: StoreSettings,
  tableName: string,
): Record<string, string> {
  const values: Record<EnvironmentName, string> = {
    table: tableName,
    secretPrefix: secretPrefix(settings),
    recoveryWindowDays: String(settings.recoveryWindowDays),
    dataCentre: settings.dataCentre,
    moreDataCentres: JSON.stringify(settings.moreDataCentres),
    minValidSeconds: String(settings.minValidSeconds),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [ENVIRONMENT[name as EnvironmentName], value]),
  );
}
