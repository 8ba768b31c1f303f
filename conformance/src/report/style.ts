/**
 * Colour, where somebody looks at a terminal.
 * Pure: no I/O, no clock, no environment.
 */

export interface Style {
  readonly strong: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
}

const sequence = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
const asIs = (text: string) => text;

export const plain: Style = { strong: asIs, bad: asIs, faint: asIs };
export const coloured: Style = { strong: sequence(1), bad: sequence(31), faint: sequence(2) };
