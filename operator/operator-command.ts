/** What a command of the operator's program is: its words, and what it does. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Terminal } from './terminal.ts';

/** 0: done; 1: failed, or partly; 2: used wrongly. */
export type ExitCode = 0 | 1 | 2;

export interface OperatorCommand<Options extends object> {
  /** Adds the command with its options and its help. */
  readonly define: (program: Command) => Command;
  readonly run: (options: Options, terminal: Terminal) => Promise<ExitCode>;
}

/** A parser of an option that takes whole numbers from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
  };
}
