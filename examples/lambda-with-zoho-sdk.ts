/**
 * A Lambda function that uses Zoho's CRM SDK with Latchkey as its token store. It needs permission
 * to invoke find-token, find-token-by-id and save-token, and their names in the environment:
 * `tokens.grantFind(fn)` and `tokens.grantSave(fn)` give both.
 *
 * The SDK loads its parts by path: leave it out of the bundle and ship it as a module
 * (`bundling: { nodeModules: ['@zohocrm/typescript-sdk-8.0'] }`).
 *
 * The SDK keeps one user per process. That is one user per container here: a function that serves
 * many users is better off with get-access-token.ts.
 */
import * as Zoho from '@zohocrm/typescript-sdk-8.0';
import { LatchkeyClient } from 'latchkey/client';
import { ZohoTokenStore } from 'latchkey/zoho';

const store = new ZohoTokenStore(LatchkeyClient.fromEnvironment());
let initialized: Promise<void> | undefined;

async function initialize(): Promise<void> {
  // The user authorized earlier, and whoever received the grant token saved it with save-token.
  const user = new Zoho.UserSignature(process.env['ZOHO_USER'] ?? '');
  const token = new Zoho.OAuthBuilder().userSignature(user).build();
  // One chain without an await: the builder fills its gaps from an earlier initialization.
  await new Zoho.InitializeBuilder()
    .environment(Zoho.EUDataCenter.PRODUCTION())
    .token(token)
    .store(store)
    .resourcePath('/tmp') // The SDK writes module descriptions; elsewhere is read-only.
    .initialize();
}

export async function handler(): Promise<{ leads: number }> {
  initialized ??= initialize();
  try {
    await initialized;
  } catch (error) {
    initialized = undefined; // The next invocation tries again.
    throw error;
  }
  const parameters = new Zoho.ParameterMap();
  await parameters.add(Zoho.Record.GetRecordsParam.FIELDS, 'Last_Name,Email');
  const response = await new Zoho.Record.RecordOperations('Leads').getRecords(parameters);
  const body = response.getObject();
  if (body instanceof Zoho.Record.APIException) throw new Error('Zoho refused the request');
  return { leads: body instanceof Zoho.Record.ResponseWrapper ? body.getData().length : 0 };
}
