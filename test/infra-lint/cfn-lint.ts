/** cfn-lint over synthesized templates: CloudFormation's own schemas, before CloudFormation sees them. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runQuietly } from '../emulators/processes.ts';
import { installPythonPackages } from '../emulators/python-packages.ts';
import type { Finding } from './nag.ts';

const CFN_LINT = {
  name: 'cfn-lint',
  requirementsFile: join(import.meta.dirname, 'requirements.txt'),
  megabytes: 16,
} as const;

/** Rules that stand, and why. One that matches nothing fails the run. */
const ACKNOWLEDGED: Readonly<Record<string, string>> = {
  W3005:
    "A function's DependsOn on its role says what its reference to the role says already: the CDK " +
    'writes both. It is redundant, not wrong.',
};

export interface LintResult {
  readonly unexplained: readonly Finding[];
  readonly unused: readonly Finding[];
}

interface Match {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Filename: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** @param folders - the assemblies, each with its templates */
export async function cfnLint(
  root: string,
  folders: readonly string[],
  interrupt: AbortSignal,
): Promise<LintResult> {
  const venv = join(root, 'cfn-lint');
  const python = await installPythonPackages(venv, CFN_LINT, interrupt);
  const templates = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.template.json'))
      .map((name) => join(folder, name)),
  );
  const file = join(dirname(python), 'cfn-lint');
  const args = ['--format', 'json', '--non-zero-exit-code', 'none', ...templates];
  const output = await runQuietly({ file, args, cwd: root }, interrupt);
  const found = (JSON.parse(output) as Match[]).map(
    ({ Rule, Message, Filename, Location }): Finding => ({
      id: Rule.Id,
      path: [Filename, ...(Location.Path ?? [])].join('/'),
      text: Message,
    }),
  );
  const ids = new Set(found.map(({ id }) => id));
  return {
    unexplained: found.filter(({ id }) => !Object.hasOwn(ACKNOWLEDGED, id)),
    unused: Object.entries(ACKNOWLEDGED)
      .filter(([id]) => !ids.has(id))
      .map(([id, text]) => ({ id, path: import.meta.filename, text })),
  };
}
