/** What a purge says: how many secrets, what they cost, until when it can be undone. */
import { counted, countedOf } from '../terminal.ts';
import type { PrefixedSecret } from './listed-secrets.ts';

/** US dollars a secret and month (us-east-1). A secret in deletion costs nothing. */
const PRICE = 0.4;
const DAY_MS = 86_400_000;

export function purgeBill(
  prefix: string,
  all: readonly PrefixedSecret[],
  { perSecond }: { readonly perSecond: number },
): string {
  const tokens = all.filter(({ isToken }) => isToken);
  const inDeletion = tokens.filter((secret) => secret.inDeletion).length;
  const left = tokens.length - inDeletion;
  const minutes = Math.ceil(left / perSecond / 60);
  return [
    `${countedOf(tokens.length, 'secret')} under ${prefix}, of which ${counted(inDeletion)} in deletion already.`,
    `${counted(left)} to put into deletion: ${countedOf(minutes, 'minute')} at ${perSecond} a second, two calls each.`,
    `They cost ${dollars(left * PRICE)} a month as they are, and nothing in deletion.`,
    ...othersIn(all),
  ].join('\n');
}

export function purgeSummary(
  count: number,
  { store, recoveryDays }: { readonly store: string; readonly recoveryDays: number },
): string {
  const until = new Date(Date.now() + recoveryDays * DAY_MS).toISOString();
  return [
    `${countedOf(count, 'secret')} put into deletion, ${dollars(count * PRICE)} a month saved.`,
    `Until ${until} it can be undone: npm run operator -- purge --store ${store} --undo`,
  ].join('\n');
}

/** The list of secrets may be five minutes late. */
export const PURGE_NOTE =
  'Secrets made in the last five minutes may not be listed yet: run it again then.';

function othersIn(all: readonly PrefixedSecret[]): string[] {
  const others = all.filter(({ isToken }) => !isToken).map(({ name }) => name);
  if (others.length === 0) return [];
  const shown = others.slice(0, 10).join(', ');
  return [`Left alone, for no token's secret is named so: ${shown} (${counted(others.length)}).`];
}

function dollars(amount: number): string {
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
