/**
 * The widget over a store with one token, and somebody who clicks in it. Each test of a file that
 * imports this has a store of its own.
 */
import { TokenWidget } from '../../../../lib/console/token-widget.ts';
import type { TokenRow } from '../../../../lib/token-index/token-index.ts';
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { tokenOf } from '../../../support/core/tokens.ts';
import { callOf } from '../../../support/widget-caller.ts';

export const ENDPOINT =
  'arn:aws:lambda:us-east-1:123456789012:function:latchkey-default-token-widget';
const MINUTE_MS = 60_000;
const OUTAGE = { verdict: 'outage', reason: 'http-503' } as const;

export let store: MemoryStore;
export let container: Container;
export let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(tokenOf('ann')));
});

const widget = () =>
  new TokenWidget({
    index: store.index.port,
    notes: store.notes.port,
    policies: store.policies,
    clock: store.clock,
  });
export const answer = (event: unknown) =>
  widget().answer(event, ENDPOINT, ampleDeadline(store.clock));
export const row = async () => (await store.row(id)) as TokenRow;

export const context = { widgetContext: { params: {}, forms: { all: {} } } };
export const clicked = async (label: string) => {
  const { text } = await answer(context);
  return { ...callOf(text, label).payload, ...context };
};

export async function fail(): Promise<void> {
  store.clock.advance(50 * MINUTE_MS);
  store.scripted.answers(OUTAGE);
  await store.worker().refresh(id);
}
