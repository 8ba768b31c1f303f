/** Where RUNBOOK.md is read, as the deployment has it. */
import type { StoreSettings } from '../store-settings.ts';

/** @param section - a heading of the runbook; without it, the whole of it */
export function runbookLink({ runbookUrl }: StoreSettings, section?: string): string {
  const page = runbookUrl === '' ? 'RUNBOOK.md' : runbookUrl;
  return section === undefined ? page : `${page}#${section}`;
}
