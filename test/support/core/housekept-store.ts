/**
 * A memory store with tokens of some days, housekeepers for it, and what must hold whatever they
 * do: every acknowledged token is found whole by each of its keys.
 */
import type { TokenJson } from '../../../lib/contract.ts';
import { type Deadline, deadlineIn } from '../../../lib/deadline.ts';
import {
  Housekeeper,
  type HousekeeperOptions,
  type HousekeepingRequest,
} from '../../../lib/housekeeping/housekeeper.ts';
import type {
  FindingKind,
  HousekeepingMode,
  HousekeepingReport,
} from '../../../lib/housekeeping/housekeeping-report.ts';
import type { LookupKey } from '../../../lib/token-index/lookup-key.ts';
import type { KeyEntry, KeyRow, TokenRow } from '../../../lib/token-index/token-index.ts';
import { promiseViolations } from '../invariants/promises.ts';
import { shownViolation } from '../invariants/violation.ts';
import { MemoryStore, RECOVERY_WINDOW_MS } from './memory-store.ts';
import { tokenOf } from './tokens.ts';
import { START_MS } from './virtual-clock.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export class HousekeptStore extends MemoryStore {
  /** What was acknowledged, by id; a test takes off what it deletes. */
  readonly acknowledged = new Map<string, TokenJson>();

  /** Saves a user's token that needs no refresh while a test runs. */
  async save(user: string, fields: TokenJson = {}): Promise<string> {
    const token = tokenOf(user, { expiresAt: START_MS + 365 * DAY_MS, ...fields });
    const { id } = await this.container().save(token);
    this.acknowledged.set(id, token);
    return id;
  }

  housekeeper(options: Partial<HousekeeperOptions> = {}): Housekeeper {
    return new Housekeeper({
      index: this.index.port,
      due: this.due.port,
      vault: this.vault.port,
      clock: this.clock,
      random: () => 0.5,
      recoveryWindowMs: RECOVERY_WINDOW_MS,
      ...options,
    });
  }

  /** A run to its end. */
  async housekeep(
    mode: HousekeepingMode,
    request: Partial<HousekeepingRequest> = {},
    options: Partial<HousekeeperOptions> = {},
  ): Promise<HousekeepingReport> {
    const { report } = await this.housekeeper(options).run({ mode, ...request }, this.deadline());
    return report;
  }

  deadline(budgetMs = DAY_MS): Deadline {
    return deadlineIn(budgetMs, this.clock);
  }

  /** What puts the table back to what it is now. */
  async backUpTable(): Promise<() => Promise<void>> {
    const copy = this.memoryIndex.snapshot();
    return async () => this.memoryIndex.restore(copy);
  }

  async rowOf(id: string): Promise<TokenRow> {
    const row = await this.row(id);
    if (row === undefined) throw new Error(`There is no row ${id}.`);
    return row;
  }

  /** The key of a token of that kind. */
  async keyOf(id: string, kind: string): Promise<LookupKey> {
    const key = (await this.rowOf(id)).keys.find((each) => each.startsWith(`${kind}#`));
    if (key === undefined) throw new Error(`Token ${id} has no ${kind} key.`);
    return key;
  }

  async entriesOf(key: LookupKey): Promise<readonly KeyEntry[]> {
    const { keyRows } = await this.beneath.index.read({ keys: [key] }, this.deadline());
    return keyRows.get(key)?.entries ?? [];
  }

  /** Rewrites a key row behind everybody's back. */
  async setEntries(key: LookupKey, entries: readonly KeyEntry[]): Promise<void> {
    const expected = await this.entriesOf(key);
    const write = { rows: [], keyRows: [{ key, entries, expected }] };
    await this.beneath.index.commit(write, this.deadline());
  }

  async secretOf(id: string): Promise<'present' | 'in-deletion' | 'gone'> {
    const { secretArn } = await this.rowOf(id);
    return this.beneath.vault.inspect(secretArn, this.deadline());
  }

  /** Somebody deletes a token's secret in the console. */
  async deleteSecretByHand(id: string): Promise<string> {
    const { secretArn } = await this.rowOf(id);
    await this.beneath.vault.scheduleDeletion(secretArn, this.deadline());
    return secretArn;
  }

  /** The recovery window of a secret passes. */
  async purgeSecret(secretArn: string): Promise<void> {
    this.memoryVault.purge(secretArn);
  }

  /** DynamoDB's time to live, or somebody with the console, takes a row away. */
  async removeRow(id: string): Promise<void> {
    this.memoryIndex.removeRow(id);
  }

  /** Everything that is stored. */
  async everything() {
    const { generation, rows, keyRows } = await this.memoryIndex.scan(
      { limit: 100_000 },
      this.deadline(),
    );
    const { secrets } = await this.memoryVault.list({ limit: 100_000 }, this.deadline());
    return {
      generation,
      rows,
      keyRows: sorted(keyRows),
      secrets,
      versions: this.memoryVault.secrets(),
    };
  }

  /** What is not found whole, in a new container, by id or by one of the keys. */
  async damaged(): Promise<string[]> {
    const saved = new Map(
      [...this.acknowledged].map(([id, token]) => [id, { anyOf: [token] }] as const),
    );
    const ports = { index: this.memoryIndex, vault: this.memoryVault };
    return (await promiseViolations(ports, { saved }, this.deadline())).map(shownViolation);
  }
}

/** A store whose three tokens were saved two days ago. */
export async function storeOfSomeDays(store = new HousekeptStore()): Promise<{
  store: HousekeptStore;
  ann: string;
  bob: string;
  cid: string;
}> {
  const ann = await store.save('ann');
  const bob = await store.save('bob');
  const cid = await store.save('cid');
  store.clock.advance(2 * DAY_MS);
  return { store, ann, bob, cid };
}

/** The kinds that were counted, without those that were not. */
export function counted(counts: Readonly<Record<FindingKind, number>>) {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function sorted(keyRows: readonly KeyRow[]): readonly KeyRow[] {
  return [...keyRows].sort((a, b) => (a.key < b.key ? -1 : 1));
}
