/** One line on a terminal that says how far a long measurement is; nothing where nobody looks. */

export type Progress = (text: string) => void;

/** Rewrites its line on standard error; an empty text clears it. */
export const progress: Progress = (text) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
};
