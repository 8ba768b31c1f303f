/** What a run came to, for people to read. */
import type { Paint } from '../support/suite-program.ts';
import { type FuzzResult, growth, type Violation } from './run-fuzz.ts';
import type { Counts } from './tallies.ts';

const LONGEST_INPUT = 600;
const LONGEST_REASON = 900;

export function report(result: FuzzResult, seconds: number, paint: Paint): string {
  const { tallies, violations, held } = result;
  const grown = growth(held);
  const memory = held.map((bytes) => `${Math.round(bytes / 2 ** 20)} MiB`).join(', ');
  return [
    paint('bold', `Bad input: ${number(tallies.inputs)} inputs`),
    '',
    paint('bold', 'By what took them'),
    ...rows(tallies.byTarget),
    '',
    paint('bold', 'By what is bad about them'),
    ...rows(tallies.byKind),
    '',
    ...(held.length === 0 ? [] : [`Held in memory after each quarter: ${memory}`]),
    `It took ${seconds.toFixed(0)} s.`,
    '',
    ...(grown === undefined
      ? []
      : [paint('red', `Memory is not given back: ${grown.toFixed(1)} times as much is held.`)]),
    ...(violations.length === 0
      ? [paint('green', 'Violations: 0.')]
      : [paint('red', `Violations: ${violations.length}, made small:`), ...violations.map(shown)]),
  ].join('\n');
}

function rows(tables: ReadonlyMap<string, Counts>): string[] {
  const width = Math.max(...[...tables.keys()].map((name) => name.length));
  return [...tables].map(([name, counts]) => {
    const all = [...counts.values()].reduce((sum, each) => sum + each, 0);
    const parts = [...counts].sort(([, a], [, b]) => b - a);
    const list = parts.map(([outcome, times]) => `${outcome} ${number(times)}`).join(', ');
    return `  ${name.padEnd(width)}  ${number(all).padStart(6)}: ${list}`;
  });
}

function shown({ target, input, wrong, seed, path, shrinks }: Violation): string {
  return [
    '',
    `  ${target}, ${input.kind}:`,
    `    ${JSON.stringify(input.event)?.slice(0, LONGEST_INPUT)}`,
    ...wrong.map((what) => `    - ${what.slice(0, LONGEST_REASON)}`),
    `    Again: --only '${target}' --seed ${seed} --path ${path} (${shrinks} times smaller)`,
  ].join('\n');
}

const number = (value: number) => value.toLocaleString('en-GB');
