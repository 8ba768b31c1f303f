/**
 * A page that does with a widget's HTML what a CloudWatch dashboard does: shows it in a frame of a
 * width and theme, and says what a click on a button would invoke. It sanitizes nothing, and shows
 * the HTML as a part of the document: what would run in a careless dashboard runs here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { CallOfButton } from '../support/widget-caller.ts';
import { dashboardStyle, type Theme } from './dashboard-style.ts';

export interface FrameLook {
  readonly theme: Theme;
  /** Of the widget, in pixels. */
  readonly widthPx: number;
  readonly background?: string;
}

const PADDING_PX = 16;
const BLANK = 'about:blank';
/** Plain JavaScript: it is handed to the browser as it stands. */
const IN_PAGE = readFileSync(join(import.meta.dirname, 'in-page.js'), 'utf8');

export class DashboardFrame {
  readonly page: Page;
  /** Everything that the page asked the network for. */
  readonly requests: string[] = [];
  /** Dialogs that a script opened, errors that one ran into, and where it has led. */
  readonly signsOfScripts: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('dialog', (dialog) => {
      this.signsOfScripts.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => this.signsOfScripts.push(`error: ${error.message}`));
    page.on('framenavigated', (frame) => {
      if (frame.url() !== BLANK) this.signsOfScripts.push(`navigated to ${frame.url()}`);
    });
  }

  static async open(browser: Browser): Promise<DashboardFrame> {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
    const frame = new DashboardFrame(context, await context.newPage());
    await context.route('**/*', async (route) => {
      frame.requests.push(route.request().url());
      await route.abort();
    });
    return frame;
  }

  async show(html: string, { theme, widthPx, background }: FrameLook): Promise<void> {
    // A window of its own, or what ran in one document would be found in the next.
    await this.page.goto(BLANK);
    await this.page.setContent(`<!doctype html><html lang="en"><head><meta charset="utf-8">
<style>${dashboardStyle(theme, background)}</style></head><body>
<div class="frame" style="width:${widthPx}px"><h1>Tokens</h1><div class="widget">${html}</div></div>
</body></html>`);
  }

  /** The room that a widget of that width has for its content, as `widgetContext.width` says it. */
  static contentWidthPx({ widthPx }: FrameLook): number {
    return widthPx - 2 * PADDING_PX;
  }

  /** What the first button of that label would do; nothing is invoked. */
  async callOf(label: string): Promise<CallOfButton> {
    const call = (await this.calls()).find((each) => each.label === label);
    if (call === undefined) throw new Error(`There is no button "${label}".`);
    return call;
  }

  /** What every button would do. @throws Error for one that does nothing, or not of its own */
  calls(): Promise<readonly CallOfButton[]> {
    return this.#inPage('calls');
  }

  /** Elements that stick out of the widget, as their HTML begins. */
  overflowing(): Promise<readonly string[]> {
    return this.#inPage('overflowing');
  }

  /** Texts, signs and borders that do not stand out enough from what is behind them (WCAG AA). */
  tooFaint(): Promise<readonly string[]> {
    return this.#inPage('tooFaint');
  }

  /** What could run something or fetch something, however it got there. */
  active(): Promise<readonly string[]> {
    return this.#inPage('active');
  }

  /** What canaries that ran have left on the window. */
  ran(): Promise<string | null> {
    return this.page.evaluate('window.ran === undefined ? null : String(window.ran)');
  }

  /** Which element has the focus; empty outside of the widget. */
  focused(): Promise<string> {
    return this.#inPage('focused');
  }

  /** How the element that has the focus is outlined. */
  outline(): Promise<string> {
    return this.#inPage('outline');
  }

  /** Forgets what was seen, before another test. */
  forget(): void {
    this.requests.length = 0;
    this.signsOfScripts.length = 0;
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  #inPage<Result>(name: string): Promise<Result> {
    return this.page.evaluate<Result>(`(() => { ${IN_PAGE} })(); window.inPage.${name}()`);
  }
}
