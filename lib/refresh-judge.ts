/**
 * What comes of a refresh that failed: the judgement that is written on the token's row with the
 * end of the lease, and who is told of it. Owns how the client's other tokens are asked about; what
 * a failure means is `refresh-failure.ts`.
 */
import type {
  ClientCredentials,
  ClientHealth,
  ClientKey,
  OutcomeCounts,
} from './client-health/client-health.ts';
import type { Clock } from './clock.ts';
import type { Deadline } from './deadline.ts';
import type { Freshened } from './freshness.ts';
import type { Observer } from './observer.ts';
import type { FailedRefresh } from './provider/token-provider.ts';
import type { Held, RefreshCommit } from './refresh-commit.ts';
import { concerns, isIncident, judgeFailure } from './refresh-failure.ts';
import { clientSecretHash } from './token-index/lookup-key.ts';
import {
  type Announcement,
  type Judgement,
  judgedRow,
  type TokenIndex,
  type TokenRow,
} from './token-index/token-index.ts';
import type { StoredToken, TokenReader } from './token-reader.ts';

export interface RefreshJudgeOptions {
  readonly index: TokenIndex;
  readonly reader: TokenReader;
  readonly health: ClientHealth;
  readonly observer: Observer;
  readonly clock: Clock;
  readonly random: () => number;
}

export class RefreshJudge {
  readonly #o: RefreshJudgeOptions;
  readonly #commit: RefreshCommit;

  constructor(options: RefreshJudgeOptions, commit: RefreshCommit) {
    this.#o = options;
    this.#commit = commit;
  }

  /** `changed`: the failure says nothing of the row as it is now, or somebody was first. */
  async note(
    held: Held,
    failed: FailedRefresh,
    deadline: Deadline,
  ): Promise<Freshened | 'changed'> {
    const { token, lease } = held;
    const { reader, index, clock, random, observer } = this.#o;
    const row = await reader.livingRow(held.row.id, deadline);
    if (row === undefined || !concerns(failed, held.row, row)) {
      await this.#commit.release(held, deadline);
      return 'changed';
    }
    const client = await this.#clientOutcomes(row, failed, deadline);
    const nowMs = clock.nowMs();
    const seen = { failed, before: row, nowMs, random: random(), client };
    const { failure, state } = judgeFailure(seen);
    const condemned = state === 'needs-reauthorization' && row.state !== state;
    const announce = condemned
      ? 'needs-reauthorization'
      : await this.#clientAnnouncement({ row, token }, failed, client, nowMs, deadline);
    const judged: Judgement = {
      failure,
      state,
      dueAtMs: announce === undefined ? failure.retryAtMs : nowMs,
      ...(announce && { announce }),
    };
    const { id, revision } = row;
    const ended = { id, ...lease, revision, judged, leavesOpen: held.takenOver };
    if (!(await index.endLease(ended, deadline))) return 'changed';
    if (condemned) observer.needsReauthorization({ tokenId: id });
    else if (state !== 'needs-reauthorization' && failed.verdict === 'revoked') {
      if (client && isIncident(client)) observer.incident({ tokenId: id });
    }
    // What is in hand is not what that row pins.
    if (revision !== held.row.revision) return 'changed';
    const { lease: _ended, ...free } = row;
    const believed = failed.verdict !== 'revoked' || state === 'needs-reauthorization';
    const freshness = believed ? failed.verdict : 'refused';
    return { stored: { row: judgedRow(free, judged), token }, freshness };
  }

  /**
   * Undefined where it could not be learned, or need not: then nobody is condemned. Who is already
   * tells nothing of the others, however often it is probed.
   */
  async #clientOutcomes(
    row: TokenRow,
    { verdict }: FailedRefresh,
    deadline: Deadline,
  ): Promise<OutcomeCounts | undefined> {
    const client = clientOf(row);
    if (client === undefined || (verdict !== 'revoked' && verdict !== 'client-fault')) {
      return undefined;
    }
    if (verdict === 'revoked' && row.state === 'needs-reauthorization') return undefined;
    const kind = verdict === 'revoked' ? 'refused' : 'faults';
    const attempt = `${row.id}#${row.revision}#${row.failure?.count ?? 0}`;
    const { health, clock } = this.#o;
    try {
      return await health.addFailure(client, { kind, attempt }, clock.nowMs(), deadline);
    } catch {
      return undefined;
    }
  }

  /** A client's trouble is announced once, by the token that met it first. */
  async #clientAnnouncement(
    refused: StoredToken,
    { verdict }: FailedRefresh,
    outcomes: OutcomeCounts | undefined,
    nowMs: number,
    deadline: Deadline,
  ): Promise<Announcement | undefined> {
    const client = credentialsOf(refused);
    if (outcomes === undefined || client === undefined) return undefined;
    if (verdict !== 'client-fault' && !isIncident(outcomes)) return undefined;
    const { health } = this.#o;
    const { row } = refused;
    const asking = { tokenId: row.id, notedAtMs: row.failure?.atMs };
    const mine = await health.announceBy(client, asking, nowMs, deadline).catch(() => false);
    return mine ? 'client-fault' : undefined;
  }

  /**
   * A client that was at fault and is refreshed again is well. Best effort: at worst its next
   * trouble within six hours goes unannounced.
   */
  async endTrouble(refreshed: StoredToken, deadline: Deadline): Promise<void> {
    const wasAtFault = refreshed.row.failure?.verdict.startsWith('client-fault');
    const client = wasAtFault ? credentialsOf(refreshed) : undefined;
    if (client) await this.#o.health.endTrouble(client, deadline).catch(() => undefined);
  }
}

function clientOf({ clientId, provider }: TokenRow): ClientKey | undefined {
  return clientId === undefined
    ? undefined
    : { clientId, ...(provider !== undefined && { provider }) };
}

/** What the provider was shown. */
function credentialsOf({ row, token }: StoredToken): ClientCredentials | undefined {
  const client = clientOf(row);
  const { clientSecret } = token;
  if (client === undefined || clientSecret === undefined) return undefined;
  return { ...client, secretHash: clientSecretHash(clientSecret) };
}
