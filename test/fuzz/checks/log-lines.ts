/** What the log must be, whatever came in: one JSON object a line, and nothing in it from outside. */
import { repeated } from './texts.ts';

/** What is wrong with these lines. */
export function badLines(lines: readonly string[], texts: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const value = parsed(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return [`a line of the log is no JSON object: ${JSON.stringify(line.slice(0, 200))}`];
    }
    const text = repeated(JSON.stringify(withoutStacks(value)), texts.map(inJson));
    return text === undefined ? [] : [`a line of the log repeats ${text} of the event: ${line}`];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Paths and names of functions: `constructor` may be one of them. */
function withoutStacks(line: object): object {
  return { ...line, errorStack: undefined };
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
