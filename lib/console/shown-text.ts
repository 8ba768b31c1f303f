/**
 * A stranger's text, fit to be looked at: what cannot be seen, or turns other text around, is shown
 * as its code, marks do not pile up, and what is long is cut. HTML is escaped where it is written.
 * Pure: no I/O, no clock, no environment.
 */

/** Controls, bidi overrides, zero widths, lone surrogates, unassigned; spaces that look like one. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const MARK = /\p{M}/u;
/** On one letter: more are there to overflow the line. */
const MAX_MARKS = 2;
const MAX_TITLE = 256;

export interface ShownText {
  readonly text: string;
  /** More of it, where `text` is cut. */
  readonly title?: string;
}

/** @param max - characters that are shown; a code is never cut */
export function shownText(text: string, max = 48): ShownText {
  const short = visible(text, max);
  if (short.isWhole) return { text: short.text };
  return { text: short.text, title: visible(text, MAX_TITLE).text };
}

function visible(text: string, max: number): { readonly text: string; isWhole: boolean } {
  let shown = '';
  let marks = 0;
  for (const character of text) {
    marks = MARK.test(character) ? marks + 1 : 0;
    const isCode = UNSEEN.test(character) || marks > MAX_MARKS;
    const next = isCode ? codeOf(character) : character;
    if (shown.length + next.length > max) return { text: `${shown}…`, isWhole: false };
    shown += next;
  }
  return { text: shown, isWhole: true };
}

/** As JavaScript writes it: `\u{202e}`. */
function codeOf(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
