/**
 * The operator's token list in a real browser: what the deployed function answers, in a frame like a
 * dashboard's, light and dark, at many widths, with names that nobody should save. Nothing of a name
 * runs, nothing sticks out, everything can be read and reached.
 */
import type { Browser } from 'playwright-core';
import { functionName } from '../../infra/resource-names.ts';
import { startTestStore, type TestStore } from '../support/test-store.ts';
import { WidgetCaller } from '../support/widget-caller.ts';
import { startChromium } from './chromium.ts';
import { DashboardFrame, type FrameLook } from './dashboard-frame.ts';
import { BACKGROUNDS, type Theme } from './dashboard-style.ts';
import { HOSTILE_NAMES, TokenRows } from './token-rows.ts';

const THEMES = ['light', 'dark'] as const;
/** A quarter of a dashboard on a small screen, to all of one on a large screen. */
const WIDTHS_PX = [280, 320, 480, 660, 912, 960, 1_280, 1_560];
const NARROW_AND_WIDE_PX = [320, 1_280];
const STORES = ['an empty store', 'one token', 'two hundred tokens'] as const;
type Store = (typeof STORES)[number];

let browser: Browser;
let frame: DashboardFrame;
let store: TestStore;
let caller: WidgetCaller;
let rows: TokenRows;
const answers = new Map<string, string>();

const lookOf = (theme: Theme, widthPx: number): FrameLook => ({ theme, widthPx });
const viewerOf = (look: FrameLook) => {
  return { theme: look.theme, widthPx: DashboardFrame.contentWidthPx(look) };
};
const answerOf = (what: Store, { theme, widthPx }: FrameLook) =>
  answers.get(`${what} ${theme} ${widthPx}`) ?? 'not taken';

beforeAll(async () => {
  browser = await startChromium();
  frame = await DashboardFrame.open(browser);
  store = await startTestStore();
  caller = new WidgetCaller(store);
  rows = new TokenRows(store);
  const take = async (what: Store) => {
    for (const look of THEMES.flatMap((theme) => WIDTHS_PX.map((px) => lookOf(theme, px)))) {
      const answer = await caller.open(viewerOf(look));
      answers.set(`${what} ${look.theme} ${look.widthPx}`, answer);
    }
  };
  await take('an empty store');
  await rows.add(HOSTILE_NAMES[0], { failure: rows.failure('outage: http-503', 1) });
  await take('one token');
  await rows.addTroubles();
  await rows.addHostile();
  await rows.addOrdinary(200 - 1 - 10 - HOSTILE_NAMES.length);
  await take('two hundred tokens');
});
afterAll(async () => {
  await frame?.close();
  await browser?.close();
  rows?.close();
  caller?.close();
  await store?.close();
});
beforeEach(() => frame.forget());
afterEach(async () => {
  // Whatever a test did: nothing ran, and nobody outside was asked for anything.
  expect(frame.signsOfScripts).toEqual([]);
  expect(frame.requests).toEqual([]);
  expect(await frame.ran()).toBeNull();
});

const show = (what: Store, look: FrameLook) => frame.show(answerOf(what, look), look);

/** Every page of the list, one after the other; how many there are. */
async function eachPage(look: FrameLook, visit: () => Promise<void>): Promise<number> {
  await show('two hundred tokens', look);
  for (let pages = 1; ; pages += 1) {
    await visit();
    const next = (await frame.calls()).find(({ label }) => label === 'Next page');
    if (next === undefined) return pages;
    await frame.show(await caller.click(next, viewerOf(look)), look);
  }
}

describe.each(STORES)('%s', (what) => {
  test.each(THEMES)('%s: at any width nothing sticks out and nothing runs', async (theme) => {
    for (const widthPx of WIDTHS_PX) {
      await show(what, lookOf(theme, widthPx));
      const found = [...(await frame.overflowing()), ...(await frame.active())];
      expect({ widthPx, found }).toEqual({ widthPx, found: [] });
      expect(await frame.page.locator('.latchkey').count()).toBe(1);
    }
  });

  test.each(THEMES)('%s: it can be read on any background (WCAG AA)', async (theme) => {
    for (const background of BACKGROUNDS[theme]) {
      for (const widthPx of NARROW_AND_WIDE_PX) {
        const look = { ...lookOf(theme, widthPx), background };
        await frame.show(answerOf(what, look), look);
        const faint = await frame.tooFaint();
        expect({ background, widthPx, faint }).toEqual({ background, widthPx, faint: [] });
      }
    }
  });
});

test.each(NARROW_AND_WIDE_PX)('at %i pixels a hostile name is a text, on any page', async (px) => {
  const texts: string[] = [];
  const pages = await eachPage(lookOf('light', px), async () => {
    expect(await frame.active()).toEqual([]);
    expect(await frame.overflowing()).toEqual([]);
    texts.push(...(await frame.page.locator('bdi').allTextContents()));
  });
  expect(pages).toBe(8);
  for (const beginning of ['<script>window.ran = "script"', '</td></tr></table>', '&lt;b&gt;']) {
    expect(texts.some((text) => text.startsWith(beginning))).toBe(true);
  }
  expect(texts).toContain('\\u{202e}evil\\u{202c} gnp.exe \\u{200b}zero…');
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(50);
});

test('what was made for a wide widget sticks out of a narrow one neither', async () => {
  const html = answerOf('two hundred tokens', lookOf('light', 1_560));
  await frame.show(html, lookOf('light', 400));
  expect(await frame.overflowing()).toEqual([]);
});

describe('buttons', () => {
  test('call this function and no other, however a name reads', async () => {
    const name = functionName(store.settings, 'token-widget');
    const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
    await eachPage(lookOf('light', 1_280), async () => {
      const calls = await frame.calls();
      expect(new Set(calls.map(({ endpoint }) => endpoint))).toEqual(new Set([arn]));
      expect(new Set(calls.map(({ display }) => display))).toEqual(new Set(['widget']));
    });
  });

  test('ask before they change something, and only then, and quote nobody in it', async () => {
    await eachPage(lookOf('light', 1_280), async () => {
      for (const { payload, confirmation } of await frame.calls()) {
        expect(confirmation !== null).toBe(payload['do'] !== undefined);
        expect(confirmation ?? '').toMatch(/^$|^[\w ]+ token [0-9a-f]{8}…[ ?][\w ,.?]*$/);
      }
    });
  });

  test('lead from a search to the token, and from a state to its tokens', async () => {
    const look = lookOf('light', 1_280);
    await show('two hundred tokens', look);
    await frame.page.getByRole('textbox').fill('sso@zylker.com');
    await frame.show(await caller.click(await frame.callOf('Search'), viewerOf(look)), look);
    expect(await frame.page.locator('tbody tr').count()).toBe(1);
    expect(await frame.page.locator('.lk-counts').textContent()).toContain('Found 1 token');
    expect(await frame.page.getByRole('textbox').inputValue()).toBe('sso@zylker.com');
    await frame.page.getByRole('textbox').fill('');
    await frame.page.getByRole('combobox').selectOption('needs-reauthorization');
    await frame.show(await caller.click(await frame.callOf('Search'), viewerOf(look)), look);
    expect(await frame.page.locator('tbody tr').count()).toBe(2);
    expect(await frame.page.getByRole('combobox').inputValue()).toBe('needs-reauthorization');
  });

  test('ask for a refresh, which is then shown as asked for', async () => {
    const look = lookOf('dark', 1_280);
    const { id } = await rows.add('asked-for@zylker.com');
    const forms = { find: 'asked-for@zylker.com', state: 'all' };
    await frame.show(await caller.open({ ...viewerOf(look), forms }), look);
    const call = await frame.callOf('Refresh now');
    expect(call.confirmation).toContain(id.slice(0, 8));
    await frame.show(await caller.click(call, viewerOf(look)), look);
    expect(await frame.page.getByRole('status').textContent()).toContain('is asked for');
    expect(await frame.page.locator('tbody').textContent()).toContain('Refresh asked for');
    expect((await frame.calls()).map(({ label }) => label)).not.toContain('Refresh now');
    expect(await frame.tooFaint()).toEqual([]);
  });
});

describe('the keyboard', () => {
  test.each(NARROW_AND_WIDE_PX)('at %i pixels reaches all that can be used', async (widthPx) => {
    await show('two hundred tokens', lookOf('light', widthPx));
    const wanted = await frame.page.locator('select, input, button, a').count();
    const reached = new Set<string>();
    for (let tabs = 0; tabs <= wanted; tabs += 1) {
      await frame.page.keyboard.press('Tab');
      reached.add(await frame.focused());
    }
    reached.delete('');
    expect(reached.size).toBe(wanted);
  });

  test('shows where it is', async () => {
    await show('two hundred tokens', lookOf('light', 1_280));
    for (const selector of ['select', 'input', '.lk-btn', 'a']) {
      await frame.page.locator(selector).first().focus();
      await frame.page.keyboard.press('Shift+Tab');
      await frame.page.keyboard.press('Tab');
      expect(await frame.outline()).toBe('solid 2px');
    }
  });

  test('does not lead away from the dashboard by Enter', async () => {
    await show('two hundred tokens', lookOf('light', 1_280));
    await frame.page.getByRole('textbox').fill('ann');
    await frame.page.keyboard.press('Enter');
    expect(await frame.page.getByRole('textbox').inputValue()).toBe('ann');
  });
});

test('links lead to the secrets by name, in a tab that knows nothing of this one', async () => {
  await show('two hundred tokens', lookOf('light', 1_280));
  const links = await frame.page.locator('a').all();
  expect(links).toHaveLength(25);
  const console = 'https://us-east-1.console.aws.amazon.com/secretsmanager/secret';
  for (const link of links) {
    const id = await link.textContent();
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    const name = encodeURIComponent(`latchkey/${store.settings.store}/${id}`);
    const href = await link.getAttribute('href');
    expect(href).toBe(`${console}?name=${name}&region=us-east-1`);
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
  }
});

test('a state is told by a shape of its own and by words, not by its colour alone', async () => {
  await show('two hundred tokens', lookOf('light', 1_280));
  const shapes = new Map<string, string>();
  for (const state of await frame.page.locator('.lk-state').all()) {
    shapes.set((await state.textContent()) ?? '', await state.locator('svg').innerHTML());
  }
  expect([...shapes.keys()]).toEqual(
    expect.arrayContaining(['Needs re-authorization', 'Failing', 'Overdue', 'Expired', 'Active']),
  );
  expect(new Set(shapes.values()).size).toBe(shapes.size);
});
