/** Pinned Python packages in a virtual environment of their own, each checked by its hash. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, installOnce, versionOf } from './installation.ts';
import { runQuietly } from './processes.ts';
import { step } from './progress.ts';
import { SetupError } from './setup-error.ts';

const OLDEST_PYTHON_MINOR = 10;

export interface PythonPackages {
  /** The package that the others are there for, as `requirementsFile` names it. */
  readonly name: string;
  /** What `uv pip compile --generate-hashes` wrote. */
  readonly requirementsFile: string;
  /** How much is fetched. */
  readonly megabytes: number;
}

/** The version of `python3`, or SetupError where it is missing, too old or has no venv. */
export async function requirePython(interrupt: AbortSignal): Promise<string> {
  const advice = `Install Python 3.${OLDEST_PYTHON_MINOR} or newer with venv (Debian: apt-get install python3-venv; macOS: brew install python3).`;
  const version = await versionOf('python3', ['--version'], advice, interrupt);
  const minor = Number(/^Python 3\.(\d+)/.exec(version)?.[1] ?? 0);
  if (minor < OLDEST_PYTHON_MINOR) throw new SetupError(`python3 is ${version}. ${advice}`);
  await versionOf('python3', ['-c', 'import venv, ensurepip'], advice, interrupt);
  return version;
}

/** @returns the Python of the virtual environment */
export async function installPythonPackages(
  folder: string,
  { name, requirementsFile, megabytes }: PythonPackages,
  interrupt: AbortSignal,
): Promise<string> {
  const python = await requirePython(interrupt);
  const requirements = readFileSync(requirementsFile, 'utf8');
  const version = new RegExp(`^${name}==(\\S+)`, 'm').exec(requirements)?.[1] ?? '';
  const file = join(folder, 'bin', 'python');
  // The interpreter is in the stamp because a venv breaks when the one it points to goes away.
  await installOnce(folder, `${python} ${digest('sha256', requirements, 'hex')}`, () =>
    step(
      `installing ${name} ${version}, ${megabytes} MB`,
      `${name} ${version} is installed`,
      async () => {
        const venv = ['-m', 'venv', folder];
        await runQuietly({ file: 'python3', args: venv, cwd: '.' }, interrupt);
        const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
        const pinned = ['--require-hashes', '--requirement', requirementsFile];
        await runQuietly({ file, args: [...pip, ...pinned], cwd: folder }, interrupt);
      },
    ),
  );
  return file;
}
