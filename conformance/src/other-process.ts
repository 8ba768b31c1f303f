/**
 * The program of another process: opens a store by what it is told, saves what it is sent, says
 * what was acknowledged, and waits to be killed. `in-other-process.ts` starts it.
 */
import { pathToFileURL } from 'node:url';
import { loadSdk } from './sdk.ts';
import type { Store } from './subject.ts';
import { buildToken, fieldsOf, type TokenFields } from './token-fields.ts';

const [module = '', address = ''] = process.argv.slice(2);
const url = module.startsWith('file:') ? module : pathToFileURL(module).href;
const { attach } = (await import(url)) as { attach: (address: string) => Store | Promise<Store> };
const store = await attach(address);
const sdk = loadSdk(url);

process.on('message', (fields: TokenFields) => {
  const token = buildToken(sdk, fields);
  store.saveToken(token).then(
    () => process.send?.({ saved: fieldsOf(token) }),
    (error: unknown) => process.send?.({ failed: String((error as Error)?.name) }),
  );
});
process.send?.({ ready: true });
