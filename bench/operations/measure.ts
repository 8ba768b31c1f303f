/** What the operations cost: the embedded AWS here, what is measured in a process of its own. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../infra/bundling/bundle.ts';
import { startEmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { QUIET_SDK } from '../../local/quiet-sdk.ts';
import { startFakeZoho } from '../../local/zoho/fake-zoho-server.ts';
import type { Progress } from '../progress.ts';
import { WITHOUT_LIMITS } from '../zoho-login.ts';
import type { Message, OperationCosts } from './process.ts';

export async function measureOperations(
  folder: string,
  { rounds, progress }: { readonly rounds: number; readonly progress: Progress },
): Promise<OperationCosts> {
  const file = join(folder, 'operations.mjs');
  const entryPoints = [join(import.meta.dirname, 'process.ts')];
  // Not minified: a profile or a stack trace of it can be read.
  await build({ ...BUNDLE_OPTIONS, minify: false, entryPoints, outfile: file });
  const aws = await startEmbeddedAws();
  const zoho = await startFakeZoho({ behaviour: WITHOUT_LIMITS });
  // It remembers every call; nobody will ask.
  const forget = setInterval(() => {
    aws.calls.length = 0;
  }, 1_000);
  const child = fork(file, [String(rounds), zoho.base], {
    execArgv: [],
    env: { ...process.env, ...aws.environment(), ...QUIET_SDK },
  });
  try {
    return await new Promise((resolve, reject) => {
      child.on('message', (message: Message) => {
        if ('costs' in message) resolve(message.costs);
        else progress(message.progress);
      });
      child.on('exit', (code) => reject(new Error(`The measured process ended with ${code}.`)));
    });
  } finally {
    clearInterval(forget);
    child.kill();
    await aws.close();
    await zoho.close();
  }
}
