/** A process of its own: the SDK's revoke() over a store that is down. Run by the test beside it. */
import { tmpdir } from 'node:os';
import * as Zoho from '@zohocrm/typescript-sdk-8.0';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import { MemoryOperations } from './memory-operations.ts';

const operations = new MemoryOperations();
operations.tokens.set('id-1', { id: 'id-1', accessToken: 'A' });
const nowhere = 'http://127.0.0.1:9';
const token = new Zoho.OAuthBuilder().id('id-1').build();
await new Zoho.InitializeBuilder()
  .environment(Zoho.DataCenter.setEnvironment(nowhere, nowhere, nowhere))
  .token(token)
  .store(new ZohoTokenStore(operations))
  .resourcePath(tmpdir())
  .initialize();

operations.failure = new LatchkeyError('STORE_UNAVAILABLE', 'down');
console.log(`revoked: ${await token.revoke('id-1')}`);
