/**
 * An IAM simulator that others wrote, in `.emulators/`: its packages are pinned by a lock file of
 * their own. It is under the AGPL: fetched to test with, and neither a dependency of this project
 * nor passed on with it.
 */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, installOnce } from './installation.ts';
import { runQuietly } from './processes.ts';
import { step } from './progress.ts';

const PINS = join(import.meta.dirname, 'iam-simulate');

/** @returns the folder whose node_modules holds `@cloud-copilot/iam-simulate` */
export async function installIamSimulator(root: string, interrupt: AbortSignal): Promise<string> {
  const folder = join(root, 'iam-simulate');
  const lock = readFileSync(join(PINS, 'package-lock.json'));
  await installOnce(folder, digest('sha256', lock, 'hex'), () =>
    step('fetching iam-simulate, 1 MB', 'iam-simulate is installed', async () => {
      for (const name of ['package.json', 'package-lock.json']) {
        copyFileSync(join(PINS, name), join(folder, name));
      }
      const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
      await runQuietly({ file: 'npm', args, cwd: folder }, interrupt);
    }),
  );
  return folder;
}
