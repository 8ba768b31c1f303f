/**
 * A secret that the operator gives: typed without an echo, or from standard input. Never from the
 * command line, where every process of the machine can read it.
 */
import { text } from 'node:stream/consumers';
import { Secret } from '../lib/secret.ts';
import { UsageError } from './usage-error.ts';

/** @throws UsageError where nothing was given, or two different things */
export async function readSecret(what: string): Promise<Secret> {
  const given = process.stdin.isTTY ? await typed(what) : await text(process.stdin);
  const secret = given.replace(/\r?\n$/, '');
  if (secret === '') throw new UsageError(`No ${what} was given: type it, or pipe it in.`);
  if (/\s/.test(secret)) throw new UsageError(`The ${what} holds a space or more than one line.`);
  return new Secret(secret);
}

async function typed(what: string): Promise<string> {
  const { read } = await import('read');
  const ask = (prompt: string) => read({ prompt, silent: true, output: process.stderr });
  const first = await ask(`${what} (not shown): `);
  const second = await ask('once more: ');
  process.stderr.write('\n');
  if (first !== second) throw new UsageError('The two are not the same: nothing was done.');
  return first;
}
