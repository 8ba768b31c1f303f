/** The deployed store, as an application calls it: by its functions' names. */
import { functionName } from '../infra/resource-names.ts';
import { LatchkeyClient, type LatchkeyClientOptions } from '../lib/client/latchkey-client.ts';
import { FUNCTION_OF_OPERATION } from '../lib/contract.ts';
import { lambda } from './aws-clients.ts';

export async function storeClient(store: string): Promise<LatchkeyClient> {
  const functionNames = Object.fromEntries(
    Object.entries(FUNCTION_OF_OPERATION).map(([operation, name]) => [
      operation,
      functionName({ store }, name),
    ]),
  ) as LatchkeyClientOptions['functionNames'];
  return new LatchkeyClient({ functionNames, lambda: await lambda() });
}
