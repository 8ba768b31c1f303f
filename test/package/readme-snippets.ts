/**
 * The TypeScript of README.md as one module: imports first, and around the rest what its readers
 * have already. The first block is the beginning of the page, which the later ones repeat whole.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const README = join(import.meta.dirname, '..', '..', 'README.md');

/** By a word of each block: what stands around it. */
const SURROUNDINGS: readonly (readonly [string, (code: string) => string])[] = [
  [
    'new TokenStore(',
    (code) => `class Example extends Stack {
  declare(syncFunction: LambdaFunction) {
${code}
  }
}`,
  ],
  [
    'new ZohoTokenStore(',
    (code) => `async function withSdk(environment: Environment, token: OAuthToken) {
${code}
}`,
  ],
  ['LatchkeyClient.fromEnvironment()', (code) => `async function withoutIt() {\n${code}\n}`],
];

const IMPORTS = `import { Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { OAuthToken } from '@zohocrm/typescript-sdk-8.0';
type Environment = Parameters<InitializeBuilder['environment']>[0];
`;

export function readmeSnippets(): string {
  const blocks = [...readFileSync(README, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, code = '']) => code,
  );
  const imports = new Set<string>();
  const bodies = SURROUNDINGS.map(([word, around]) => {
    const [block] = blocks.splice(
      blocks.findIndex((code) => code.includes(word)),
      1,
    );
    if (!block?.includes(word)) throw new Error(`README.md has no TypeScript with ${word}`);
    const lines = block.split('\n');
    for (const line of lines) if (line.startsWith('import ')) imports.add(line);
    return around(lines.filter((line) => !line.startsWith('import ')).join('\n'));
  });
  return `${[...imports].join('\n')}\n${IMPORTS}\n${bodies.join('\n\n')}\n`;
}
