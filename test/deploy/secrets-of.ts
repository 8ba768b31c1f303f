/** The secrets under a store's prefix, whoever owns them: what is left is counted, and costs money. */
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { secretPrefix } from '../../infra/resource-names.ts';
import type { DeployedStore } from './cdk/deployed-store.ts';

export interface SecretCount {
  readonly present: number;
  readonly inDeletion: number;
}

export async function secretsOf({ stored, settings }: DeployedStore): Promise<SecretCount> {
  const count = { present: 0, inDeletion: 0 };
  let NextToken: string | undefined;
  do {
    const page = await stored.secretsManager.send(
      new ListSecretsCommand({
        Filters: [{ Key: 'name', Values: [secretPrefix(settings)] }],
        IncludePlannedDeletion: true,
        NextToken,
      }),
    );
    for (const { DeletedDate } of page.SecretList ?? []) {
      count[DeletedDate === undefined ? 'present' : 'inDeletion'] += 1;
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return count;
}
