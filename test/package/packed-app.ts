/**
 * The package in an application of its own, in a folder of its own: packed as it would be
 * published, installed by npm beside the CDK library and nothing else.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../emulators/processes.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export interface PackedApp {
  readonly folder: string;
  /** What the tarball holds. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** What npm installed, by folder under node_modules. */
  readonly packages: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** Throws SetupError where npm cannot pack or install. */
export async function packAndInstall(
  temporary: string,
  interrupt: AbortSignal,
): Promise<PackedApp> {
  const folder = join(temporary, 'app');
  mkdirSync(folder);
  const packArgs = ['pack', '--json', '--silent', '--pack-destination', temporary];
  await runQuietly({ file: 'npm', args: packArgs, cwd: ROOT }, interrupt);
  const tarball = readdirSync(temporary).find((name) => name.endsWith('.tgz')) ?? '';
  const listing = await runQuietly(
    { file: 'tar', args: ['-tzf', join(temporary, tarball)], cwd: ROOT },
    interrupt,
  );
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'application', version: '1.0.0', private: true, type: 'module' }),
  );
  const wanted = [join(temporary, tarball), ...versioned(['aws-cdk-lib', 'constructs'])];
  await install(folder, wanted, interrupt);
  return {
    folder,
    files: listing
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, '')),
    bytes: readFileSync(join(temporary, tarball)).length,
    packages: installed(join(folder, 'node_modules')),
  };
}

/** Of this project's own versions. Throws SetupError where npm cannot install. */
export function installMore(
  folder: string,
  names: readonly string[],
  interrupt: AbortSignal,
): Promise<string> {
  return install(folder, versioned(names), interrupt);
}

function versioned(names: readonly string[]): string[] {
  return names.map((name) => `${name}@${manifest.devDependencies[name]}`);
}

function install(folder: string, wanted: readonly string[], interrupt: AbortSignal) {
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
  const args = ['install', ...quiet, ...wanted];
  return runQuietly({ file: 'npm', args, cwd: folder }, interrupt);
}

function installed(nodeModules: string): string[] {
  return readdirSync(nodeModules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(join(nodeModules, name)).map((scoped) => `${name}/${scoped}`)
        : [name],
    )
    .flatMap((name) => {
      const nested = join(nodeModules, name, 'node_modules');
      return existsSync(nested) ? [name, ...installed(nested)] : [name];
    });
}
