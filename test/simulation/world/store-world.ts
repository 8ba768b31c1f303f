/**
 * One store in the simulated world: the memory adapters, what watches them, and the containers that
 * run the core over them, each with caches of its own.
 */

import { RefreshBatch } from '../../../lib/background/refresh-batch.ts';
import { RefreshSweep } from '../../../lib/background/refresh-sweep.ts';
import { ScheduledRefresh } from '../../../lib/background/scheduled-refresh.ts';
import type { ClientHealth } from '../../../lib/client-health/client-health.ts';
import { MemoryClientHealth } from '../../../lib/client-health/memory-client-health.ts';
import { OperatorActions } from '../../../lib/console/operator-actions.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import type { EventPublisher } from '../../../lib/events/event-publisher.ts';
import { Pacer } from '../../../lib/pacer.ts';
import type { RefreshPolicies } from '../../../lib/refresh-policy.ts';
import type { DueIndex } from '../../../lib/token-index/due-index.ts';
import { MemoryDueIndex } from '../../../lib/token-index/memory-due-index.ts';
import { MemoryOperatorNotes } from '../../../lib/token-index/memory-operator-notes.ts';
import { MemoryTokenIndex } from '../../../lib/token-index/memory-token-index.ts';
import type { TokenIndex, TokenRow } from '../../../lib/token-index/token-index.ts';
import { TokenStore } from '../../../lib/token-store.ts';
import type { TokenVault } from '../../../lib/vault/token-vault.ts';
import { partsOver } from '../../support/core/parts-over.ts';
import type { Chance } from '../engine/chance.ts';
import type { EventClock } from '../engine/event-clock.ts';
import { LambdaProcess } from '../engine/lambda-process.ts';
import type { Tallies } from '../watch/tallies.ts';
import type { Watch } from '../watch/watch.ts';
import type { ForgetfulVault } from './forgetful-vault.ts';
import type { Plant, Role } from './plant.ts';
import { RemoteProvider } from './remote-provider.ts';
import type { Answered, SimulatedProvider } from './simulated-provider.ts';
import type { SimulatedQueue } from './simulated-queue.ts';
import { DAY_MS, DEPLOYMENT } from './world-settings.ts';

export interface WorkerContainer {
  readonly process: LambdaProcess;
  readonly batch: RefreshBatch;
}

export interface DispatcherContainer {
  readonly process: LambdaProcess;
  readonly sweep: RefreshSweep;
  /** Tokens claimed and not yet sent. */
  readonly inHand: Set<string>;
}

export interface OperationContainer {
  readonly process: LambdaProcess;
  readonly store: TokenStore;
}

export interface OperatorContainer {
  readonly process: LambdaProcess;
  readonly actions: OperatorActions;
}

export interface StoreWorldOptions {
  readonly clock: EventClock;
  readonly chance: Chance;
  readonly rows: Map<string, TokenRow>;
  readonly vault: ForgetfulVault;
  readonly provider: SimulatedProvider;
  readonly queue: SimulatedQueue;
  readonly publisher: EventPublisher;
  readonly watch: Watch;
  readonly tallies: Tallies;
  readonly policies: RefreshPolicies;
  readonly onAnswer: (answered: Answered) => void;
  readonly plant: Plant;
}

const STORE = 'simulated';
const PACE = DEPLOYMENT.refreshesPerSecond / DEPLOYMENT.workers;

/** Counts the turns that are taken. */
class CountedPacer extends Pacer {
  readonly #onTurn: () => void;

  constructor(perSecond: number, clock: LambdaProcess['clock'], onTurn: () => void) {
    super(perSecond, clock);
    this.#onTurn = onTurn;
  }

  override async turn(deadline: Deadline): Promise<void> {
    await super.turn(deadline);
    this.#onTurn();
  }
}

export class StoreWorld {
  readonly #o: StoreWorldOptions;
  readonly #index: MemoryTokenIndex;
  readonly #due: DueIndex;
  readonly #health: ClientHealth = new MemoryClientHealth();

  constructor(options: StoreWorldOptions) {
    this.#o = options;
    this.#index = new MemoryTokenIndex(options.rows);
    this.#due = new MemoryDueIndex(options.rows);
  }

  worker(): WorkerContainer {
    const { clock, tallies, publisher, plant } = this.#o;
    const process = this.#process();
    const parts = this.#parts('worker', process);
    const perSecond = PACE * (plant.paceFactor ?? 1);
    const pacer = new CountedPacer(perSecond, process.clock, () => {
      if (process.invocation.froze) tallies.turnsAfterFreeze += 1;
      else tallies.turns.add(clock.nowMs());
    });
    const remotePublisher = process.remote(publisher);
    const common = { publisher: remotePublisher, clock: process.clock, store: STORE };
    const refresh = new ScheduledRefresh({ ...parts, ...common, pacer });
    return { process, batch: new RefreshBatch({ ...common, refresh, health: parts.health }) };
  }

  dispatcher(): DispatcherContainer {
    const { queue } = this.#o;
    const process = this.#process();
    const inHand = new Set<string>();
    const due: DueIndex = {
      ...this.#due,
      claim: async (token, untilMs, deadline) => {
        const claimed = await this.#due.claim(token, untilMs, deadline);
        if (claimed) inHand.add(token.id);
        return claimed;
      },
    };
    const sending = {
      backlog: queue.backlog,
      send: async (ids: readonly string[], deadline: Deadline) => {
        for (const id of ids) inHand.delete(id);
        return queue.send(ids, deadline);
      },
    };
    const sweep = new RefreshSweep({
      due: process.remote(due),
      queue: process.remote(sending),
      clock: process.clock,
      refreshesPerSecond: DEPLOYMENT.refreshesPerSecond,
    });
    return { process, sweep, inHand };
  }

  operation(role: Role): OperationContainer {
    const process = this.#process();
    return { process, store: new TokenStore(this.#parts(role, process)) };
  }

  operator(): OperatorContainer {
    const process = this.#process();
    const { rows, policies } = this.#o;
    const actions = new OperatorActions({
      index: process.remote({ read: this.#index.read }),
      notes: process.remote(new MemoryOperatorNotes(rows)),
      policies,
      clock: process.clock,
    });
    return { process, actions };
  }

  #process(): LambdaProcess {
    return new LambdaProcess(this.#o.clock, this.#o.chance);
  }

  #parts(role: Role, process: LambdaProcess) {
    const { chance, provider: simulated, watch, policies, onAnswer, plant } = this.#o;
    const planted = plant.index?.(this.#watchedIndex(role), role) ?? this.#watchedIndex(role);
    const index = process.remote(planted);
    const plantedVault = plant.vault?.(this.#watchedVault(role), role) ?? this.#watchedVault(role);
    const vault = process.remote(plantedVault);
    const provider = new RemoteProvider({ provider: simulated, process, chance, onAnswer });
    return partsOver({
      ...{ index, vault, provider, policies },
      clock: process.clock,
      health: process.remote(this.#health),
      due: process.remote(this.#due),
      observer: watch.observer,
      random: chance.next,
      newId: chance.hexId,
      recoveryWindowMs: 7 * DAY_MS,
    });
  }

  #watchedIndex(role: Role): TokenIndex {
    const { watch, rows } = this.#o;
    const inner = this.#index;
    return {
      ...inner,
      cursorAfter: inner.cursorAfter,
      commit: async (writes, deadline) => {
        const before = writes.rows.flatMap(({ row }) => rows.get(row.id) ?? []);
        const outcome = await inner.commit(writes, deadline);
        if (outcome === 'committed') watch.committed(writes.rows, before, role === 'save-token');
        return outcome;
      },
      endLease: async (request, deadline) => {
        const ended = await inner.endLease(request, deadline);
        if (request.judged !== undefined) watch.judged(request.id, request.judged);
        return ended;
      },
    };
  }

  #watchedVault(role: Role): TokenVault {
    const { vault, tallies, clock, provider } = this.#o;
    const written = (refreshToken: string | undefined) => {
      const nowMs = clock.nowMs();
      tallies.writes.add(nowMs);
      if (role === 'worker') tallies.writesBySchedule.add(nowMs);
      else if (role !== 'save-token') tallies.writesByUse.add(nowMs);
      if (refreshToken !== undefined) provider.noteWritten(refreshToken);
    };
    const unused = async () => {
      throw new Error('Nobody lists secrets here.');
    };
    return {
      ...vault,
      list: unused,
      inspect: unused,
      describe: unused,
      find: unused,
      create: async (content, labels, deadline) => {
        written(content.token.refreshToken?.reveal());
        return vault.create(content, labels, deadline);
      },
      write: async (secretArn, content, deadline) => {
        written(content.token.refreshToken?.reveal());
        return vault.write(secretArn, content, deadline);
      },
    };
  }
}
