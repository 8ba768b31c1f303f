/** What the widget answers: the HTML as text; how it looks is the browser's test. */
import { LatchkeyError } from '../../../../lib/errors.ts';
import { callsIn } from '../../../support/widget-caller.ts';
import { answer, context, fail, store } from './widget-under-test.ts';

describe('a failure that is to be expected', () => {
  test('of the store is said in the widget, which can be used again', async () => {
    store.index.fail('page', new LatchkeyError('STORE_UNAVAILABLE', 'AWS is throttling.'));
    const { text, outcome } = await answer(context);
    expect(outcome).toBe('STORE_UNAVAILABLE');
    expect(text).toContain('AWS is throttling. (STORE_UNAVAILABLE)');
    expect(callsIn(text).map(({ label }) => label)).toEqual(['Search', 'Look again']);
  });

  test('of a cursor of another list is said, too', async () => {
    const { text, outcome } = await answer({ view: { filter: 'all', offset: 0, cursor: 'x' } });
    expect(outcome).toBe('INVALID_REQUEST');
    expect(text).toContain('not a cursor of this store');
  });

  test('a bug is thrown', async () => {
    store.index.fail('page', new TypeError('a bug'));
    await expect(answer(context)).rejects.toThrow('a bug');
  });
});

test('documentation is Markdown with parameters that the widget takes', async () => {
  const { text, outcome } = await answer({ describe: true });
  expect(outcome).toBe('described');
  expect(text).toMatch(/^## /);
  const yaml = /``` yaml\nstate: (\w+)\n```/.exec(text)?.[1];
  expect((await answer({ state: yaml })).outcome).toBe('ok');
  expect(store.index.count('page')).toBe(1);
});

test('no secret is in an answer, wherever it is kept', async () => {
  await fail();
  const reads = () => store.vault.count('read') + store.vault.count('readMany');
  const before = reads();
  const { text } = await answer(context);
  for (const secret of ['C-secret', 'ann-refresh', 'ann-access', 'minted']) {
    expect(text).not.toContain(secret);
  }
  expect(reads()).toBe(before);
});
