/**
 * As much of `aws` as the runbook's rehearsals call: `aws lambda invoke`, with the options of the
 * AWS CLI 2 that they use. Anything else is refused, as the CLI refuses what it does not know.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** The CLI's code for a command line that it does not understand. */
const USAGE = 252;

async function invoke(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'function-name': { type: 'string' },
      'cli-binary-format': { type: 'string' },
      payload: { type: 'string' },
    },
  });
  const [service, command, outfile, ...more] = positionals;
  const known = service === 'lambda' && command === 'invoke' && more.length === 0;
  // Without it the CLI 2 takes a payload for base64.
  const raw = values['cli-binary-format'] === 'raw-in-base64-out';
  if (!known || !raw || outfile === undefined) return USAGE;
  const lambda = new LambdaClient({});
  const { Payload, ...answer } = await lambda.send(
    new InvokeCommand({
      FunctionName: values['function-name'] ?? '',
      Payload: values.payload ?? '',
    }),
  );
  writeFileSync(outfile, Payload ?? '');
  const { StatusCode, FunctionError } = answer;
  process.stdout.write(`${JSON.stringify({ StatusCode, FunctionError }, undefined, 4)}\n`);
  return 0;
}

process.exitCode = await invoke();
