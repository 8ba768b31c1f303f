/**
 * The pictures in docs/images, of a store in a bad night: LATCHKEY_SCREENSHOTS=1 makes them anew.
 * Without it they are only looked for.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { startTestStore } from '../support/test-store.ts';
import { WidgetCaller } from '../support/widget-caller.ts';
import { startChromium } from './chromium.ts';
import { DashboardFrame, type FrameLook } from './dashboard-frame.ts';
import { TokenRows } from './token-rows.ts';

const IMAGES = join(import.meta.dirname, '../../docs/images');
const MAX_BYTES = 150_000;

const PICTURES: readonly (readonly [string, FrameLook])[] = [
  ['token-widget-light.png', { theme: 'light', widthPx: 1_140 }],
  ['token-widget-dark.png', { theme: 'dark', widthPx: 1_140 }],
  ['token-widget-narrow.png', { theme: 'light', widthPx: 340 }],
];
/** What is longer scrolls, as in a dashboard. */
const HEIGHT_PX = 560;

const isWanted = process.env['LATCHKEY_SCREENSHOTS'] !== undefined;
const whenWanted = isWanted ? test : test.skip;

whenWanted('makes the pictures', async () => {
  const browser = await startChromium();
  const frame = await DashboardFrame.open(browser);
  const store = await startTestStore({ store: 'default' });
  const rows = new TokenRows(store);
  const caller = new WidgetCaller(store);
  await rows.addTroubles();
  for (const [name, look] of PICTURES) {
    const viewer = { theme: look.theme, widthPx: DashboardFrame.contentWidthPx(look) };
    await frame.show(await caller.open(viewer), look);
    const box = await frame.page.locator('.frame').boundingBox();
    if (box === null) throw new Error('The widget is not to be seen.');
    const clip = { ...box, height: Math.min(box.height, HEIGHT_PX) };
    await frame.page.screenshot({ path: join(IMAGES, name), clip, fullPage: true });
  }
  await frame.close();
  await browser.close();
  rows.close();
  caller.close();
  await store.close();
});

test.each(PICTURES)('%s is there, and small', (name) => {
  expect(statSync(join(IMAGES, name)).size).toBeLessThan(MAX_BYTES);
});
