/**
 * As much of `aws` as the runbook's rehearsals call: `aws lambda invoke`, with the options of the
 * AWS CLI 2 that they use. Anything else is refused, as the CLI refuses what it does not know; so is
 * what would run a function twice where it takes long.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { FUNCTION_NAMES } from '../../infra/bundling/bundles.ts';
import { timeoutSeconds } from '../../infra/function-timeout.ts';

/** Without `--cli-read-timeout`. */
const CLI_READ_TIMEOUT_SECONDS = 60;
/** The CLI's code for a command line that it does not understand. */
const USAGE = 252;

function mayOutliveTheCli(functionName: string): boolean {
  const deployed = FUNCTION_NAMES.find((name) => functionName.endsWith(`-${name}`));
  return deployed === undefined || timeoutSeconds(deployed) >= CLI_READ_TIMEOUT_SECONDS;
}

async function invoke(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'function-name': { type: 'string' },
      'cli-binary-format': { type: 'string' },
      'cli-read-timeout': { type: 'string' },
      payload: { type: 'string' },
    },
  });
  const [service, command, outfile, ...more] = positionals;
  const known = service === 'lambda' && command === 'invoke' && more.length === 0;
  // Without it the CLI 2 takes a payload for base64.
  const raw = values['cli-binary-format'] === 'raw-in-base64-out';
  if (!known || !raw || outfile === undefined) return USAGE;
  const functionName = values['function-name'] ?? '';
  // The CLI waits for a minute by default, and then invokes once more.
  const waits = values['cli-read-timeout'] === '0' && process.env['AWS_MAX_ATTEMPTS'] === '1';
  if (mayOutliveTheCli(functionName) && !waits) return USAGE;
  const lambda = new LambdaClient({});
  const { Payload, ...answer } = await lambda.send(
    new InvokeCommand({
      FunctionName: functionName,
      Payload: values.payload ?? '',
    }),
  );
  writeFileSync(outfile, Payload ?? '');
  const { StatusCode, FunctionError } = answer;
  process.stdout.write(`${JSON.stringify({ StatusCode, FunctionError }, undefined, 4)}\n`);
  return 0;
}

process.exitCode = await invoke();
