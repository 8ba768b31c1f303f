/**
 * A whole store over the memory twins with a virtual clock, counted ids and a scripted provider.
 * Every container of it has caches of its own over the same index and vault, as Lambda's have.
 */

import { RefreshBatch } from '../../../lib/background/refresh-batch.ts';
import { RefreshSweep, type SweepReport } from '../../../lib/background/refresh-sweep.ts';
import {
  type ScheduledOutcome,
  ScheduledRefresh,
} from '../../../lib/background/scheduled-refresh.ts';
import type { ClientHealth } from '../../../lib/client-health/client-health.ts';
import { MemoryClientHealth } from '../../../lib/client-health/memory-client-health.ts';
import type {
  DeleteTokenResult,
  GetAccessTokenResult,
  GetTokensResult,
  Operations,
  RestoreTokensResult,
  SaveTokenResult,
  TokenJson,
} from '../../../lib/contract.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import type { EventPublisher } from '../../../lib/events/event-publisher.ts';
import { MemoryPublisher } from '../../../lib/events/memory-publisher.ts';
import type { FoundToken } from '../../../lib/operations/find-token.ts';
import type { StoreParts } from '../../../lib/operations/store-parts.ts';
import { Pacer } from '../../../lib/pacer.ts';
import type { TokenProvider } from '../../../lib/provider/token-provider.ts';
import { DEFAULT_REFRESH_POLICY, type RefreshPolicies } from '../../../lib/refresh-policy.ts';
import {
  parseDeleteToken,
  parseDeleteTokens,
  parseFindToken,
  parseFindTokenById,
  parseGetAccessToken,
  parseGetTokens,
  parseRestoreTokens,
  parseSaveToken,
} from '../../../lib/requests.ts';
import { revealToken } from '../../../lib/token.ts';
import type { DueIndex } from '../../../lib/token-index/due-index.ts';
import { MemoryDueIndex } from '../../../lib/token-index/memory-due-index.ts';
import { MemoryOperatorNotes } from '../../../lib/token-index/memory-operator-notes.ts';
import { MemoryTokenIndex } from '../../../lib/token-index/memory-token-index.ts';
import type { OperatorNotes } from '../../../lib/token-index/operator-notes.ts';
import type { TokenIndex, TokenRow } from '../../../lib/token-index/token-index.ts';
import { DEFAULT_REFRESH_TIMINGS } from '../../../lib/token-refresher.ts';
import { TokenStore } from '../../../lib/token-store.ts';
import { MemoryVault } from '../../../lib/vault/memory-vault.ts';
import type { TokenVault } from '../../../lib/vault/token-vault.ts';
import { ampleDeadline } from './deadlines.ts';
import { Interception } from './interception.ts';
import { MemoryRefreshQueue } from './memory-refresh-queue.ts';
import { ObservedCalls } from './observed-calls.ts';
import { partsOver } from './parts-over.ts';
import { ScriptedProvider } from './scripted-provider.ts';
import { seededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

export const RECOVERY_WINDOW_MS = 7 * 86_400_000;

const { providerTimeoutMs, persistMs } = DEFAULT_REFRESH_TIMINGS;
/** Longer than a lease. */
export const LEASE_MS = providerTimeoutMs + persistMs + 1_000;

/** What a store stands on: the memory twins, unless a suite brings an AWS. */
export interface StoreBeneath {
  readonly clock: VirtualClock;
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  readonly due: DueIndex;
  readonly health: ClientHealth;
  readonly newId: () => string;
}

export class MemoryStore {
  readonly clock: VirtualClock;
  readonly #rows = new Map<string, TokenRow>();
  readonly memoryIndex = new MemoryTokenIndex(this.#rows);
  readonly memoryVault: MemoryVault;
  readonly beneath: StoreBeneath;
  readonly index: Interception<TokenIndex>;
  readonly due: Interception<DueIndex>;
  readonly notes = new Interception<OperatorNotes>(new MemoryOperatorNotes(this.#rows));
  readonly health: Interception<ClientHealth>;
  readonly vault: Interception<TokenVault>;
  readonly scripted = new ScriptedProvider();
  readonly provider = new Interception<TokenProvider>(this.scripted);
  readonly queue = new MemoryRefreshQueue();
  readonly publisher = new MemoryPublisher();
  readonly publishing = new Interception<EventPublisher>(this.publisher);
  readonly observed = new ObservedCalls();
  policies: RefreshPolicies = { standard: DEFAULT_REFRESH_POLICY, ofProvider: {} };
  readonly #random = seededRandom(1);
  #lastId = 0;

  constructor(beneath?: StoreBeneath) {
    this.clock = beneath?.clock ?? new VirtualClock();
    this.memoryVault = new MemoryVault(this.clock);
    this.beneath = beneath ?? {
      clock: this.clock,
      index: this.memoryIndex,
      vault: this.memoryVault,
      due: new MemoryDueIndex(this.#rows),
      health: new MemoryClientHealth(),
      newId: () => String(++this.#lastId).padStart(32, '0'),
    };
    this.index = new Interception(this.beneath.index);
    this.due = new Interception(this.beneath.due);
    this.health = new Interception(this.beneath.health);
    this.vault = new Interception(this.beneath.vault);
  }

  /** A container that was just started: nothing cached, nothing remembered. */
  container(): Container {
    const { clock, policies, observed: observer } = this;
    const parts = partsOver({
      ...{ clock, policies, observer, random: this.#random },
      index: this.index.port,
      vault: this.vault.port,
      due: this.due.port,
      health: this.health.port,
      provider: this.provider.port,
      newId: this.beneath.newId,
      recoveryWindowMs: RECOVERY_WINDOW_MS,
    });
    return new Container(parts);
  }

  /** A sweep of what is due, with all the pace there is. */
  sweep(): Promise<SweepReport> {
    const { due, queue, clock } = this;
    const sweep = new RefreshSweep({ due: due.port, queue, clock, refreshesPerSecond: 45 });
    return sweep.run(ampleDeadline(clock));
  }

  /** A worker that was just started. */
  worker(): Worker {
    return new Worker(this.batch(), this);
  }

  /** What a worker makes of its messages. */
  batch(): RefreshBatch {
    const { clock } = this;
    const { parts } = this.container();
    const publisher = this.publishing.port;
    const pacer = new Pacer(1_000, clock);
    const store = 'default';
    const refresh = new ScheduledRefresh({ ...parts, publisher, pacer, store });
    const health = this.health.port;
    return new RefreshBatch({ refresh, publisher, health, clock, store });
  }

  /** The row of a token, whatever its state. */
  async row(id: string) {
    const { rows } = await this.index.port.read({ ids: [id] }, ampleDeadline(this.clock));
    return rows.get(id);
  }
}

/** A worker's invocation, without the Lambda around it. */
export class Worker {
  readonly #batch: RefreshBatch;
  readonly #store: MemoryStore;

  constructor(batch: RefreshBatch, store: MemoryStore) {
    this.#batch = batch;
    this.#store = store;
  }

  /** What became of one token's message. */
  async refresh(id: string): Promise<ScheduledOutcome> {
    const deadline = ampleDeadline(this.#store.clock);
    const { outcome } = await this.#batch.run(id, deadline);
    await this.#batch.finish(deadline);
    return outcome;
  }

  /** Everything that waits in the queue, one after the other. */
  async drain(): Promise<ScheduledOutcome[]> {
    const outcomes: ScheduledOutcome[] = [];
    for (const id of this.#store.queue.take()) outcomes.push(await this.refresh(id));
    return outcomes;
  }
}

/** The operations as a caller sees them: JSON in, JSON out. */
export class Container {
  readonly parts: StoreParts;
  readonly #store: TokenStore;
  readonly #deadline: () => Deadline;

  constructor(parts: StoreParts, deadline = () => ampleDeadline(parts.clock)) {
    this.parts = parts;
    this.#store = new TokenStore(parts);
    this.#deadline = deadline;
  }

  save(token: TokenJson): Promise<SaveTokenResult> {
    return this.#store.saveToken(parseSaveToken({ token }), this.#deadline());
  }

  /** The token found, or null; whether it was re-authorized is `found`'s to say. */
  async find(token: TokenJson): Promise<TokenJson | null> {
    const found = await this.found(token);
    return found ? { id: found.stored.row.id, ...revealToken(found.stored.token) } : null;
  }

  found(token: TokenJson): Promise<FoundToken | undefined> {
    return this.#store.findToken(parseFindToken({ token }), this.#deadline());
  }

  async findById(id: string): Promise<TokenJson | null> {
    const found = await this.#store.findTokenById(parseFindTokenById({ id }), this.#deadline());
    return found ? { id: found.row.id, ...revealToken(found.token) } : null;
  }

  delete(id: string, revoke = false): Promise<DeleteTokenResult> {
    return this.#store.deleteToken(parseDeleteToken({ id, revoke }), this.#deadline());
  }

  deleteAll(requestId?: string): Promise<void> {
    return this.#store.deleteTokens(parseDeleteTokens({ requestId }), this.#deadline());
  }

  list(request: Operations['getTokens']['event'] = {}): Promise<GetTokensResult> {
    return this.#store.getTokens(parseGetTokens(request), this.#deadline());
  }

  accessToken(request: Operations['getAccessToken']['event']): Promise<GetAccessTokenResult> {
    return this.#store.getAccessToken(parseGetAccessToken(request), this.#deadline());
  }

  restore(request: Operations['restoreTokens']['event']): Promise<RestoreTokensResult> {
    return this.#store.restoreTokens(parseRestoreTokens(request), this.#deadline());
  }
}
