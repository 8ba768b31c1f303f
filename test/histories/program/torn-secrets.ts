/** The one thing that the store leaves to the housekeeper and that somebody may notice before. Pure. */
import type { Kind, Performed } from './operation.ts';

/**
 * Whether a secret may be in deletion though its token is back: a restore met a deletion, or the
 * housekeeper's, that came to no end and so has not looked back. No write to Secrets Manager is
 * conditional: until the housekeeper's next run, or a save, that token's secret cannot be read.
 */
export function mayHaveTornSecrets(performed: readonly Performed[]): boolean {
  const has = (kinds: readonly Kind[], outcomes: readonly string[]) =>
    performed.some(({ kind, result }) => kinds.includes(kind) && outcomes.includes(result.outcome));
  return (
    has(['delete', 'housekeep'], ['unknown']) &&
    has(['restore', 'restoreLast'], ['unknown', 'answered'])
  );
}
