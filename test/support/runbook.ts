/** RUNBOOK.md as its readers take it: sections by heading, and what stands in them to be run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const RUNBOOK = join(import.meta.dirname, '..', '..', 'RUNBOOK.md');

export interface Section {
  readonly title: string;
  readonly text: string;
}

export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

export function runbook(): string {
  return readFileSync(RUNBOOK, 'utf8');
}

/** The sections of a level below a heading of the level above; `### x` below `## Alarms`. */
export function sectionsBelow(heading: string): Section[] {
  const [, below = ''] = runbook().split(`\n## ${heading}\n`);
  const [chapter = ''] = below.split(/^## /m);
  const [, ...sections] = chapter.split(/^### /m);
  return sections.map((section) => {
    const [title = '', ...lines] = section.split('\n');
    return { title, text: lines.join('\n') };
  });
}

export function section(heading: string, title: string): Section {
  const found = sectionsBelow(heading).find((each) => each.title === title);
  if (found === undefined) throw new Error(`RUNBOOK.md has no "${title}" under "${heading}".`);
  return found;
}

/** Also those of lists, which are indented. */
export function codeBlocks(text: string): CodeBlock[] {
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)\n\1```/gm)].map(
    ([, indent = '', language = '', code = '']) => ({
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}
