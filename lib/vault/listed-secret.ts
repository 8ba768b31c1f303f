/**
 * A secret as ListSecrets and DescribeSecret show it. Pure: no I/O, no clock, no environment.
 */
import { isTokenId, type ListedSecret } from './token-vault.ts';

interface Shown {
  readonly ARN?: string | undefined;
  readonly Name?: string | undefined;
  readonly CreatedDate?: Date | undefined;
  readonly DeletedDate?: Date | undefined;
}

/** The two calls name the same thing differently: labels by version id. */
type Stages = Readonly<Record<string, readonly string[]>> | undefined;

/** Whatever a filter took for a prefix: what is not exactly ours is not touched. */
export function listedSecret(
  { ARN, Name, CreatedDate, DeletedDate }: Shown,
  stages: Stages,
  namePrefix: string,
): ListedSecret | undefined {
  if (ARN === undefined || CreatedDate === undefined) return undefined;
  if (!Name?.startsWith(namePrefix)) return undefined;
  const id = Name.slice(namePrefix.length);
  if (!isTokenId(id)) return undefined;
  const current = versionWith('AWSCURRENT', stages);
  const previous = versionWith('AWSPREVIOUS', stages);
  return {
    secretArn: ARN,
    id,
    createdAtMs: CreatedDate.getTime(),
    inDeletion: DeletedDate !== undefined,
    ...(current !== undefined && { currentVersionId: current }),
    ...(previous !== undefined && { previousVersionId: previous }),
  };
}

function versionWith(label: string, stages: Stages = {}): string | undefined {
  return Object.keys(stages).find((versionId) => stages[versionId]?.includes(label));
}
