/**
 * An installation under `.emulators/`, made once: a stamp written last names what is there, and
 * while it says what the pins say nothing is fetched.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './processes.ts';
import { SetupError } from './setup-error.ts';

export const digest = (
  algorithm: string,
  bytes: string | Buffer,
  encoding: 'hex' | 'base64',
): string => createHash(algorithm).update(bytes).digest(encoding);

function stampSays(folder: string, wanted: string): boolean {
  try {
    return readFileSync(join(folder, 'latchkey-stamp'), 'utf8') === wanted;
  } catch {
    return false; // never installed, or an installation was interrupted
  }
}

/** Empties the folder and installs into it, unless `stamp` says that this was done. */
export async function installOnce(
  folder: string,
  stamp: string,
  install: () => Promise<void>,
): Promise<void> {
  if (stampSays(folder, stamp)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await install();
  writeFileSync(join(folder, 'latchkey-stamp'), stamp);
}

/** The tool's version text, or SetupError with `advice` where it cannot be run. */
export async function versionOf(
  tool: string,
  args: string[],
  advice: string,
  interrupt: AbortSignal,
): Promise<string> {
  try {
    return (await runQuietly({ file: tool, args, cwd: '.' }, interrupt)).trim();
  } catch (cause) {
    interrupt.throwIfAborted();
    throw new SetupError(`${tool} is missing or does not run. ${advice}`, { cause });
  }
}
