/** Pure: the environment of an application, as a shell and as Node's --env-file take it. */

type Environment = Readonly<Record<string, string>>;

/** Lines to paste into a shell. Values are names, URLs and numbers: nothing to quote. */
export function exportLines(environment: Environment): string {
  return lines(environment, 'export ');
}

export function envFileText(environment: Environment): string {
  return lines(environment, '');
}

function lines(environment: Environment, before: string): string {
  return Object.entries(environment)
    .map(([name, value]) => `${before}${name}=${value}\n`)
    .join('');
}
