/**
 * `npm run demo`: the story of a token, told on the terminal. Exit code 0 when every claim held,
 * 1 when one did not, 2 for a wrong option; nothing is left behind either way.
 */
import '../quiet-sdk.ts';
import { parseArgs } from 'node:util';
import { Cleanup } from '../cleanup.ts';
import { FalseClaim, Narrator } from './narrator.ts';
import { Scenes } from './scenes/scene.ts';
import { setUpStage } from './stage.ts';
import { playStory, tellBeginning, tellEnd } from './story.ts';

const HELP = `Usage: npm run demo [-- options]

Shows the Zoho CRM SDK keeping its tokens in Latchkey: the functions as they are deployed, on an
embedded AWS, with a stand-in for Zoho. Takes 10 to 60 seconds, by the machine and what else it
does; needs Node and no network, and leaves nothing behind.

Options:
  --token-mark TEXT   letters and digits that every secret of the demo contains: search the output
                      for them, and find none
  --help              this text
`;

const cleanup = new Cleanup();
let interrupted = false;

process.on('SIGINT', () => interrupt(130));
process.on('SIGTERM', () => interrupt(143));
// Nobody reads on: the pipe is closed.
process.stdout.on('error', () => {
  if (!interrupted) interrupt(1);
});

process.exitCode = await main();

/** Leaves nothing behind; the second time at once. */
function interrupt(exitCode: number): void {
  if (interrupted) process.exit(exitCode);
  interrupted = true;
  void cleanup.run().finally(() => process.exit(exitCode));
}

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'number') return options;
  const narrator = new Narrator(process.stdout);
  let scenes: Scenes | undefined;
  try {
    tellBeginning(narrator);
    scenes = new Scenes(await setUpStage(narrator, cleanup, options.tokenMark));
    await playStory(scenes);
    tellEnd(narrator, scenes.played);
    return 0;
  } catch (error) {
    if (!interrupted) console.error(explain(error, scenes?.number ?? 0));
    return 1;
  } finally {
    if (!interrupted) await cleanup.run();
  }
}

/** What to do, or the exit code where there is nothing to do. */
function readOptions(): { readonly tokenMark: string } | number {
  try {
    const { values } = parseArgs({
      options: { help: { type: 'boolean' }, 'token-mark': { type: 'string', default: '' } },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const tokenMark = values['token-mark'];
    if (/^[A-Za-z0-9]*$/.test(tokenMark)) return { tokenMark };
    throw new Error('--token-mark takes letters and digits.');
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
}

function explain(error: unknown, step: number): string {
  const where = step === 0 ? 'The demo could not start' : `Step ${step} failed`;
  if (error instanceof FalseClaim) return `\n✗ ${where}. This does not hold: ${error.message}`;
  return `\n✗ ${where}: ${error instanceof Error ? error.stack : String(error)}`;
}
