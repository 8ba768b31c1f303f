/** Grants of a provider that rotates: which the store has lost, and whether it could have kept them. */
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
} from '@aws-sdk/client-secrets-manager';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import type { StormWorld } from './storm-world.ts';

/** What is wrong where a grant is lost; undefined where it was lost in the one window that there is. */
export async function avoidableLoss(
  world: StormWorld,
  row: TokenRow,
  held: string,
): Promise<string | undefined> {
  const rotated = world.providers.successorOf(held);
  if (rotated === undefined) return `its provider never took ${held}`;
  if (await isStored(world, row, rotated)) return `${rotated} is stored, and nobody found it`;
  return world.rotations.wasInHand(rotated) ? `${rotated} was in hand, and not stored` : undefined;
}

async function isStored(
  { ports, clock }: StormWorld,
  { secretArn: SecretId }: TokenRow,
  refreshToken: string,
): Promise<boolean> {
  const { secretsManager } = ports.clients;
  const list = new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true });
  const { Versions = [] } = await clock.hold(secretsManager.send(list));
  for (const { VersionId } of Versions) {
    const get = new GetSecretValueCommand({ SecretId, VersionId });
    const { SecretString = '' } = await clock.hold(secretsManager.send(get));
    if (SecretString.includes(`"${refreshToken}"`)) return true;
  }
  return false;
}
