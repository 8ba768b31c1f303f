/** The store that is tried, and what its functions find in their environment. */
import { functionEnvironment } from '../../../infra/function-environment.ts';
import { eventBusName, refreshQueueName, tableName } from '../../../infra/resource-names.ts';
import { DEFAULT_SETTINGS, validSettings } from '../../../infra/store-settings.ts';

/** The name of the provider that is not Zoho. */
export const GENERIC = 'generic';

const named = { store: 'fuzz' };
export const NAMES = {
  table: tableName(named),
  queue: refreshQueueName(named),
  eventBus: eventBusName(named),
};

/** @param provider - the address of Zoho, and of another provider */
export function storeEnvironment(
  refreshQueueUrl: string,
  provider: string,
): Record<string, string> {
  const settings = validSettings({
    ...DEFAULT_SETTINGS,
    ...named,
    stage: 'development',
    dataCentre: 'local',
    moreDataCentres: { local: { accountsUrl: provider, apiDomain: provider } },
    providers: {
      [GENERIC]: { tokenUrl: `${provider}/token`, revocationUrl: `${provider}/revoke` },
    },
  });
  const { table, eventBus } = NAMES;
  return functionEnvironment(settings, {
    tableName: table,
    refreshQueueUrl,
    eventBusName: eventBus,
  });
}
