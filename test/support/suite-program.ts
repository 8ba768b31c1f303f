/**
 * What the suites with a command line of their own have in common: `--help`, exit codes, one line
 * of progress, and colour. Both only on a terminal; no colour with NO_COLOR.
 */

const COLOURS = { red: 31, green: 32, bold: 1 } as const;
const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];

export type Paint = (colour: keyof typeof COLOURS, text: string) => string;

export const paint: Paint = (colour, text) =>
  coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;

/** One line that says how far the run is, in place of the one before; '' takes it away. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[2K${text}`);
}

/**
 * Reads the command line, runs, and sets the exit code: 2 for a command line that cannot be run.
 * @param read - throws for an option that does not exist, or a value that it does not take
 * @param run - the exit code: 0 where all held, 1 where something did not
 */
export async function suiteProgram<Asked extends { readonly help: boolean }>(
  help: string,
  read: (args: readonly string[]) => Asked,
  run: (asked: Asked) => Promise<number>,
): Promise<void> {
  let asked: Asked;
  try {
    asked = read(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  if (asked.help) console.log(help);
  else process.exitCode = await run(asked);
}

/**
 * The value of an option that takes one.
 * @throws TypeError for anything but a whole number from `least` to `most`
 */
export function wholeNumber(name: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (given.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw new TypeError(`--${name} takes a whole number from ${least} to ${most}.`);
}
