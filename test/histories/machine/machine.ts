/**
 * One store and the containers that work on it, each with caches of its own, all of whose outgoing
 * calls wait for the interleaving's choice. Time stands still but for who sleeps and who advances
 * it.
 */
import { RefreshBatch } from '../../../lib/background/refresh-batch.ts';
import { ScheduledRefresh } from '../../../lib/background/scheduled-refresh.ts';
import { MemoryClientHealth } from '../../../lib/client-health/memory-client-health.ts';
import { MemoryPublisher } from '../../../lib/events/memory-publisher.ts';
import { Housekeeper } from '../../../lib/housekeeping/housekeeper.ts';
import { Pacer } from '../../../lib/pacer.ts';
import { DEFAULT_REFRESH_POLICY } from '../../../lib/refresh-policy.ts';
import { MemoryDueIndex } from '../../../lib/token-index/memory-due-index.ts';
import { MemoryTokenIndex } from '../../../lib/token-index/memory-token-index.ts';
import type { TokenIndex, TokenRow } from '../../../lib/token-index/token-index.ts';
import { MemoryVault } from '../../../lib/vault/memory-vault.ts';
import type { TokenVault } from '../../../lib/vault/token-vault.ts';
import { Container } from '../../support/core/memory-store.ts';
import { ObservedCalls } from '../../support/core/observed-calls.ts';
import { type OutsideParts, partsOver } from '../../support/core/parts-over.ts';
import { seededRandom } from '../../support/core/seeded-random.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';
import type { CallFault, FaultKind } from './call-faults.ts';
import type { Interleaving } from './interleaving.ts';
import { MintingProvider } from './minting-provider.ts';
import { Process, type World } from './process.ts';
import { type ReadOrder, tornReads } from './torn-index.ts';

/** A bug that a test plants, to see that it is found. */
export interface Plant {
  /** In the services themselves: at one instant with the call. */
  readonly index?: (index: TokenIndex) => TokenIndex;
  readonly vault?: (vault: TokenVault) => TokenVault;
  /** In a container: around its ports, where each call is one; or in what is built on them. */
  readonly ports?: (ports: OutsideParts) => OutsideParts;
  readonly parts?: (parts: ContainerParts) => ContainerParts;
}

type ContainerParts = ReturnType<typeof partsOver>;

export interface MachineOptions {
  readonly interleaving: Interleaving;
  readonly readOrder: ReadOrder;
  readonly faults: readonly CallFault[];
  readonly plant: Plant;
}

/** What a container is asked to do, whichever function it is of. */
export interface ContainerOfAll {
  readonly process: Process;
  readonly operations: Container;
  readonly worker: RefreshBatch;
  readonly housekeeper: Housekeeper;
  /** Every id that was made in it, for tokens and leases. */
  readonly newIds: string[];
}

/** The client whose refresh tokens the provider replaces with every refresh. */
export const ROTATING_CLIENT = 'client-2';
const RECOVERY_WINDOW_MS = 7 * 86_400_000;
const PACE = 1_000_000;

export class Machine implements World {
  readonly interleaving: Interleaving;
  readonly index: MemoryTokenIndex;
  readonly vault: MemoryVault;
  readonly provider: MintingProvider;
  readonly #due: MemoryDueIndex;
  readonly #health = new MemoryClientHealth();
  readonly #publisher = new MemoryPublisher();
  readonly #o: MachineOptions;
  readonly struck: FaultKind[] = [];
  #nowMs = START_MS;
  #calls = 0;
  #isCalm = false;
  #lastId = 0;

  constructor(options: MachineOptions) {
    const rows = new Map<string, TokenRow>();
    this.#o = options;
    this.interleaving = options.interleaving;
    this.index = new MemoryTokenIndex(rows);
    this.#due = new MemoryDueIndex(rows);
    this.vault = new MemoryVault({ nowMs: () => this.#nowMs });
    this.provider = new MintingProvider(ROTATING_CLIENT, () => this.interleaving.step);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  passTo(ms: number): void {
    this.#nowMs = Math.max(this.#nowMs, ms);
  }

  /** From now on no call fails. */
  beCalm(): void {
    this.#isCalm = true;
  }

  strike(): FaultKind | undefined {
    if (this.#isCalm) return undefined;
    this.#calls += 1;
    const kind = this.#o.faults.find(({ atCall }) => atCall === this.#calls)?.kind;
    if (kind !== undefined) this.struck.push(kind);
    return kind;
  }

  /** A container that was just started. */
  container(by: number, skewMs: number): ContainerOfAll {
    const process = new Process(this, by, skewMs);
    const newIds: string[] = [];
    const parts = this.#parts(process, by, newIds);
    const publisher = process.remote('events', this.#publisher);
    const { clock, health } = parts;
    const common = { clock, publisher, store: 'histories' };
    const refresh = new ScheduledRefresh({ ...parts, ...common, pacer: new Pacer(PACE, clock) });
    return {
      process,
      newIds,
      operations: new Container(parts, () => process.deadline()),
      worker: new RefreshBatch({ ...common, refresh, health }),
      housekeeper: new Housekeeper({ ...parts, writesPerSecond: PACE }),
    };
  }

  #parts(process: Process, by: number, newIds: string[]) {
    const { plant } = this.#o;
    const { provider } = this;
    const outage = () => ({ verdict: 'outage', reason: 'timeout' }) as const;
    const ports: OutsideParts = {
      clock: process.clock,
      random: seededRandom(by),
      policies: { standard: DEFAULT_REFRESH_POLICY, ofProvider: {} },
      observer: new ObservedCalls(),
      recoveryWindowMs: RECOVERY_WINDOW_MS,
      newId: () => {
        this.#lastId += 1;
        const id = String(this.#lastId).padStart(32, '0');
        newIds.push(id);
        return id;
      },
      index: this.#remoteIndex(process),
      vault: process.remote('vault', plant.vault?.(this.vault) ?? this.vault),
      due: process.remote('due', this.#due),
      health: process.remote('health', this.#health),
      provider: {
        refresh: (grant, call) =>
          process.send('provider.refresh', () => provider.refresh(grant, call), outage),
        revoke: (grant, call) =>
          process.send(
            'provider.revoke',
            () => provider.revoke(grant, call),
            () => 'unavailable',
          ),
      },
    };
    const parts = partsOver(plant.ports?.(ports) ?? ports);
    return plant.parts?.(parts) ?? parts;
  }

  #remoteIndex(process: Process): TokenIndex {
    const { plant, readOrder } = this.#o;
    const inner = plant.index?.(this.index) ?? this.index;
    const remote = process.remote('index', inner);
    const torn = tornReads(
      inner,
      (what, read) => process.send(`index.read ${what}`, read),
      readOrder,
    );
    return { ...remote, ...torn, cursorAfter: inner.cursorAfter };
  }
}
