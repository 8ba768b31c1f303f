/** Secrets: where a token's values are besides where they must be. */
import { statSync } from 'node:fs';
import { inspect } from 'node:util';
import { type Check, check } from '../check.ts';
import { demand } from '../demand.ts';
import { inAnHour, userOf } from '../people.ts';
import type { Stage } from '../stage.ts';
import type { Store } from '../subject.ts';
import type { TokenFields } from '../token-fields.ts';

const MARK = 'canary';
const READABLE_BY_OTHERS = 0o077;

/** A token whose every secret bears the mark. */
const marked = (more: TokenFields = {}): TokenFields => ({
  ...userOf('marked'),
  clientId: '1000.CLIENT',
  clientSecret: `secret-${MARK}`,
  grantToken: `grant-${MARK}`,
  refreshToken: `refresh-${MARK}`,
  accessToken: `access-${MARK}`,
  expiresIn: inAnHour(),
  ...more,
});

/** Everything that a store is likely to refuse, with marked secrets in it. */
const REFUSED: readonly TokenFields[] = [
  { clientSecret: `O'Brien's ${MARK}` },
  { redirectUrl: 'https://app.example/cb?env=prod' },
  { userName: `x' or '1'='1` },
  { accessToken: `${MARK}${'x'.repeat(300)}` },
  { accessToken: `${MARK}${'x'.repeat(70_000)}` },
  { refreshToken: `${MARK}\u0000` },
  { clientId: 'c'.repeat(3_000) },
  { id: '1' },
];

/** What came of each of these, rejections only. */
async function errorsOf(stage: Stage, store: Store): Promise<unknown[]> {
  const works = [
    ...REFUSED.map((more) => () => store.saveToken(stage.token(marked(more)))),
    ...REFUSED.map((more) => () => store.saveToken(stage.token(marked(more)))),
    () => store.findToken(stage.token({ ...marked(), userName: "'" })),
    () => store.findToken(stage.token({ accessToken: `' ${MARK}` })),
    () => store.findTokenById(`' ${MARK}`),
    () => store.deleteToken(`' ${MARK}`),
  ];
  const errors: unknown[] = [];
  for (const work of works) {
    const settled = await stage.settle(work);
    if (settled.kind !== 'value') errors.push(settled.error);
  }
  return errors;
}

const holdsMark = (error: unknown) =>
  [String(error), inspect(error, { depth: 9, showHidden: true })].some((text) =>
    text.includes(MARK),
  );

/** What this process prints while it works. */
async function outputOf(work: () => Promise<unknown>): Promise<string> {
  const printed: string[] = [];
  const streams = [process.stdout, process.stderr] as const;
  const originals = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = ((chunk: unknown, ...rest: unknown[]) => {
      printed.push(String(chunk));
      const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined;
      done?.();
      return true;
    }) as typeof stream.write;
  }
  try {
    await work();
  } finally {
    streams.forEach((stream, index) => {
      const original = originals[index];
      if (original !== undefined) stream.write = original;
    });
  }
  return printed.join('');
}

export const leakChecks: readonly Check[] = [
  check(
    'leaks/at-rest',
    'leaked',
    'Tokens and client secrets can be read where they are stored',
    { defects: [46], needs: ['atRest'] },
    async (stage) => {
      const store = await stage.store();
      await stage.save(store, marked());
      const atRest = await (await stage.home()).atRest?.();
      demand(atRest !== undefined && atRest.text !== '', 'nothing is stored at all');
      demand(!atRest.text.includes(MARK), 'secrets stand in clear');
    },
  ),
  check(
    'leaks/files',
    'leaked',
    'Everybody on the machine may read the file with the tokens',
    { defects: [46], needs: ['atRest'] },
    async (stage) => {
      const store = await stage.store();
      await stage.save(store, marked());
      const { files = [] } = (await (await stage.home()).atRest?.()) ?? {};
      const open = files.filter((file) => (statSync(file).mode & READABLE_BY_OTHERS) !== 0);
      demand(open.length === 0, 'others than its owner may read it');
    },
  ),
  check(
    'leaks/errors',
    'leaked',
    'An error quotes the token or the client secret that was to be saved',
    { defects: [18] },
    async (stage) => {
      const leaking = (await errorsOf(stage, await stage.store())).filter(holdsMark);
      demand(leaking.length === 0, `${leaking.length} errors hold a secret`);
    },
  ),
  check(
    'leaks/errors-unreachable',
    'leaked',
    'The error of a store that cannot be reached quotes the token',
    { defects: [18], needs: ['openUnreachable'] },
    async (stage) => {
      const store = await (await stage.home()).openUnreachable?.();
      if (store === undefined) return;
      const leaking = (await errorsOf(stage, store)).filter(holdsMark);
      demand(leaking.length === 0, `${leaking.length} errors hold a secret`);
    },
  ),
  check('leaks/printed', 'leaked', 'Tokens are printed or logged', {}, async (stage) => {
    const home = await stage.home();
    const store = await stage.store();
    const printed = await outputOf(async () => {
      const { id } = await stage.save(store, marked());
      await store.findTokenById(id);
      await stage.find(store, userOf('marked'));
      await stage.list(store);
      await errorsOf(stage, store);
      await store.deleteToken(id);
    });
    const elsewhere = (await home.printed?.()) ?? '';
    demand(!`${printed}${elsewhere}`.includes(MARK), 'a secret is printed');
  }),
];
