/** Puts the pinned MiniStack into `.emulators/`, once. */
import { join } from 'node:path';
import { installPythonPackages } from '../../emulators/python-packages.ts';

const MINISTACK = {
  name: 'ministack',
  requirementsFile: join(import.meta.dirname, 'requirements.txt'),
  megabytes: 22,
} as const;

/** @returns the Python that runs `-m ministack`; throws SetupError */
export function installMiniStack(root: string, interrupt: AbortSignal): Promise<string> {
  return installPythonPackages(join(root, 'ministack'), MINISTACK, interrupt);
}
