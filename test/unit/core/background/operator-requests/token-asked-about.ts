/**
 * A saved token, what operators ask about it, and the minutes that pass. Each test of a file that
 * imports this has a store of its own.
 */
import { OperatorActions, type ShownToken } from '../../../../../lib/console/operator-actions.ts';
import type { ProviderCall, RefreshVerdict } from '../../../../../lib/provider/token-provider.ts';
import type { TokenRow } from '../../../../../lib/token-index/token-index.ts';
import { ampleDeadline } from '../../../../support/core/deadlines.ts';
import { type Container, MemoryStore } from '../../../../support/core/memory-store.ts';
import { tokenOf } from '../../../../support/core/tokens.ts';

type Answer = RefreshVerdict | ((call: ProviderCall) => RefreshVerdict);

export const MINUTE_MS = 60_000;
export const OUTAGE = { verdict: 'outage', reason: 'http-503' } as const;

export let store: MemoryStore;
export let container: Container;
export let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(tokenOf('ann')));
  store.clock.advance(MINUTE_MS);
});

export const calls = () => store.scripted.refreshes.length;
export const row = async () => (await store.row(id)) as TokenRow;
export const actions = () =>
  new OperatorActions({
    index: store.index.port,
    notes: store.notes.port,
    policies: store.policies,
    clock: store.clock,
  });

export async function shown(): Promise<ShownToken> {
  const { revision, failure } = await row();
  return { id, revision, ...(failure && { failedAtMs: failure.atMs }) };
}

export const request = async (token?: ShownToken) =>
  actions().requestRefresh(token ?? (await shown()), ampleDeadline(store.clock));

/** A minute passes, the sweep comes, and the workers do what it found. */
export async function nextMinute(): Promise<readonly string[]> {
  store.clock.advance(MINUTE_MS);
  await store.sweep();
  return store.worker().drain();
}

/** What the provider answers to the refresh that comes now, because somebody asked for it. */
export async function fails(...answers: readonly Answer[]): Promise<void> {
  for (const answer of answers) {
    store.scripted.answers(answer);
    const { dueAtMs = 0 } = await row();
    store.clock.advance(Math.max(0, dueAtMs - store.clock.nowMs()));
    await store.worker().refresh(id);
  }
}
