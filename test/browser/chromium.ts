/** Debian's Chromium, driven by playwright-core: nothing is downloaded, and it reaches nobody. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Grey edges of letters: pictures half the size.
  '--disable-lcd-text',
];

export function startChromium(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(`There is no ${EXECUTABLE}: apt-get install chromium`);
  }
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}
