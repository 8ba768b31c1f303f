/**
 * The secrets under a store's prefix as Secrets Manager lists them, and the mark that tells those
 * that were purged from those that the store had deleted before.
 */
import {
  ListSecretsCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { callAws, withoutPayload } from '../../lib/aws-failure.ts';
import { systemClock } from '../../lib/clock.ts';
import { type Deadline, deadlineIn } from '../../lib/deadline.ts';
import { isTokenId } from '../../lib/vault/token-vault.ts';

/** Its value says when. A secret in deletion takes no tags, so it is set before and taken off after. */
export const PURGED_TAG = 'latchkey:purged';

const PAGE_MS = 60_000;

export interface PrefixedSecret {
  readonly name: string;
  readonly secretArn: string;
  /** Named as the store names a token's secret. */
  readonly isToken: boolean;
  readonly inDeletion: boolean;
  /** When a purge marked it, ISO 8601. */
  readonly purgedAt?: string;
}

/** Page after page; those in deletion too. A list may lag by five minutes. */
export async function* secretsUnder(
  client: SecretsManagerClient,
  prefix: string,
): AsyncGenerator<PrefixedSecret, void, void> {
  let cursor: string | undefined;
  do {
    const command = new ListSecretsCommand({
      Filters: [{ Key: 'name', Values: [prefix] }],
      IncludePlannedDeletion: true,
      MaxResults: 100,
      ...(cursor !== undefined && { NextToken: cursor }),
    });
    const { SecretList = [], NextToken } = await callAws(
      (options) => client.send(command, options),
      deadlineIn(PAGE_MS, systemClock),
    );
    for (const { ARN, Name, DeletedDate, Tags = [] } of SecretList) {
      // Whatever the filter took for a prefix.
      if (ARN === undefined || !Name?.startsWith(prefix)) continue;
      const purgedAt = Tags.find(({ Key }) => Key === PURGED_TAG)?.Value;
      yield {
        name: Name,
        secretArn: ARN,
        isToken: isTokenId(Name.slice(prefix.length)),
        inDeletion: DeletedDate !== undefined,
        ...(purgedAt !== undefined && { purgedAt }),
      };
    }
    cursor = NextToken;
  } while (cursor !== undefined);
}

export async function markPurged(
  client: SecretsManagerClient,
  { secretArn }: PrefixedSecret,
  at: string,
  deadline: Deadline,
): Promise<void> {
  const command = new TagResourceCommand({
    SecretId: secretArn,
    Tags: [{ Key: PURGED_TAG, Value: at }],
  });
  await callAws((options) => client.send(command, options), deadline);
}

export async function unmarkPurged(
  client: SecretsManagerClient,
  { secretArn }: PrefixedSecret,
  deadline: Deadline,
): Promise<void> {
  const command = new UntagResourceCommand({ SecretId: secretArn, TagKeys: [PURGED_TAG] });
  try {
    await callAws((options) => client.send(command, options), deadline, [
      ResourceNotFoundException,
    ]);
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw withoutPayload(error);
  }
}
