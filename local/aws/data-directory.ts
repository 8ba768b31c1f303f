/** The folder of what is kept over a restart. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const FOR_ITS_OWNER = { mode: 0o700 };

/**
 * Makes the folder and those above it. Not by mkdir's own `recursive`, which never returns where a
 * file system refuses with ENOENT, as /proc does.
 */
export function makeDataDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDataDirectory(dirname(path));
  mkdirSync(path, FOR_ITS_OWNER);
}
