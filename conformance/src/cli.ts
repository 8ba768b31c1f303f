#!/usr/bin/env node
/** `latchkey-conformance`: loads a subject, tries it, prints what came of it, and exits by that. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HELP, type Options, readOptions } from './options.ts';
import { coloured, plain } from './report/style.ts';
import { textReport } from './report/text-report.ts';
import { chooseChecks, runConformance } from './run-conformance.ts';
import { loadSdk } from './sdk.ts';
import { SubjectError } from './stage.ts';
import type { Subject } from './subject.ts';

const FAILED = 1;
const CANNOT_BE_TRIED = 2;

/** The subject cannot be tried, and the text says why. */
class SetupError extends Error {}

async function loadSubject(path: string): Promise<{ subject: Subject; url: URL }> {
  const url = pathToFileURL(resolve(path));
  const exported: unknown = await import(url.href).catch((cause: unknown) => {
    throw new SetupError(`${path} cannot be loaded: ${(cause as Error).message}`, { cause });
  });
  const { subject } = exported as { readonly subject?: Partial<Subject> };
  if (typeof subject?.create !== 'function' || typeof subject.name !== 'string') {
    throw new SetupError(`${path} exports no \`subject\` with a name and a method \`create\`.`);
  }
  return { subject: subject as Subject, url };
}

function sdkOf(url: URL) {
  try {
    return loadSdk(url);
  } catch (cause) {
    throw new SetupError('Install @zohocrm/typescript-sdk-8.0 where the subject is.', { cause });
  }
}

async function run(options: Options): Promise<number> {
  const { subject: path = '', json, only } = options;
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.list) {
    for (const { id, severity, title } of chooseChecks(chosenBy(options))) {
      console.log(`${id.padEnd(42)} ${severity.padEnd(12)} ${title}`);
    }
    return 0;
  }
  const { subject, url } = await loadSubject(path);
  const sdk = sdkOf(url);
  const onTerminal = process.stderr.isTTY;
  const results = await runConformance(subject, {
    sdk,
    ...chosenBy(options),
    timeLimitSeconds: options.timeLimitSeconds,
    onResult: ({ id, outcome }) => {
      if (onTerminal) process.stderr.write(`\u001b[2K\r${outcome === 'failed' ? '✗' : '·'} ${id}`);
    },
  });
  if (onTerminal) process.stderr.write('\u001b[2K\r');
  const style = process.stdout.isTTY && !process.env['NO_COLOR'] ? coloured : plain;
  const text = json ? JSON.stringify({ subject: subject.name, results }, null, 2) : '';
  console.log(json ? text : `${subject.name}\n\n${textReport(results, style)}`);
  if (only !== undefined && results.length === 0) return CANNOT_BE_TRIED;
  return results.some(({ outcome }) => outcome === 'failed') ? FAILED : 0;
}

function chosenBy({ only, except }: Options) {
  return { except, ...(only !== undefined && { only }) };
}

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(readOptions(args));
  } catch (error) {
    const isExpected = [TypeError, SetupError, SubjectError].some((kind) => error instanceof kind);
    if (!isExpected) throw error;
    console.error(
      `${(error as Error).message}\n\nlatchkey-conformance --help tells how it is used.`,
    );
    return CANNOT_BE_TRIED;
  }
}

const exitCode = await main(process.argv.slice(2));
// A store may leave connections open that would keep the process; what was printed is out first.
process.stdout.write('', () => process.exit(exitCode));
