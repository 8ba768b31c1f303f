/** The example in the documentation of TokenStore, which is the application that is tried out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, '..', '..', 'infra', 'token-store.ts');

export function documentedExample(): string {
  const comment = readFileSync(SOURCE, 'utf8').split(/ \* @example\n/)[1] ?? '';
  const lines = (comment.split(' */')[0] ?? '')
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, ''));
  const example = lines.join('\n').trim();
  if (!example.includes('new TokenStore(')) throw new Error('TokenStore has no example.');
  return `${example}\n`;
}
