/**
 * `npm run operator -- <command>`: what a person does to a store with AWS credentials of their own.
 * Exit code 0 when all is done, 1 when it failed or part of it did, 2 for a wrong command line.
 */
import '../local/quiet-sdk.ts';
import { runOperator } from './program.ts';

// Who reads no further, as head does, does not end what is under way.
process.stdout.on('error', () => {});

process.exitCode = await runOperator(process.argv.slice(2));
