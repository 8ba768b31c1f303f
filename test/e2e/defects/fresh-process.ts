/**
 * A process of its own with the Zoho SDK over a deployed store. Run by `runFreshProcess`, which
 * says in one argument what to do; prints what came of it as JSON.
 */
import { tmpdir } from 'node:os';
import {
  DataCenter,
  InitializeBuilder,
  OAuthBuilder,
  UserSignature,
} from '@zohocrm/typescript-sdk-8.0';
import { LatchkeyClient } from '../../../lib/client/latchkey-client.ts';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import type { FreshProcess } from './run-fresh-process.ts';

const task = JSON.parse(process.argv[2] ?? '{}') as FreshProcess;
if (task.cwd !== undefined) process.chdir(task.cwd);
const builder = new OAuthBuilder();
if (task.id !== undefined) builder.id(task.id);
if (task.userName !== undefined) builder.userSignature(new UserSignature(task.userName));
if (task.accessToken !== undefined) builder.accessToken(task.accessToken);
const token = builder.build();
const base = task.zoho;
try {
  await new InitializeBuilder()
    .environment(DataCenter.setEnvironment(base, `${base}/oauth/v2/token`, base))
    .token(token)
    .store(new ZohoTokenStore(LatchkeyClient.fromEnvironment()))
    .resourcePath(tmpdir())
    .initialize();
  console.log(JSON.stringify({ id: token.getId(), accessToken: await token.getToken() }));
} catch (error) {
  const { code, message } = error as { code?: string; message?: string };
  console.log(JSON.stringify({ code, message }));
}
