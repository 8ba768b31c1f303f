/** What ZohoTokenStore says where its store fails: an SDKException with the code, and nothing secret. */
import { execFile } from 'node:child_process';
import { inspect, promisify } from 'node:util';
import { OAuthToken, SDKException } from '@zohocrm/typescript-sdk-8.0';
import { InvocationError } from '../../../lib/client/invocation-error.ts';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import { MemoryOperations } from './memory-operations.ts';

let operations: MemoryOperations;
let store: ZohoTokenStore;

beforeEach(() => {
  operations = new MemoryOperations();
  store = new ZohoTokenStore(operations);
});

describe('a failure', () => {
  const OPERATIONS: Record<string, () => Promise<unknown>> = {
    findToken: () => store.findToken(new OAuthToken('C', 'S', 'G', 'R', null, null, 'A', null)),
    findTokenById: () => store.findTokenById('id-1'),
    saveToken: () => store.saveToken(new OAuthToken('C', 'S', 'G', 'R', null, null, 'A', null)),
    deleteToken: () => store.deleteToken('id-1'),
    getTokens: () => store.getTokens(),
    deleteTokens: () => store.deleteTokens(),
  };

  test.each(Object.keys(OPERATIONS))(
    'of %s is an SDKException with the code',
    async (operation) => {
      operations.failure = new LatchkeyError('CONFLICT', 'Two saves at once', { retryable: true });
      const failure = await OPERATIONS[operation]?.().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SDKException);
      expect(failure).toMatchObject({
        code: 'TOKEN_STORE',
        message: 'CONFLICT: Two saves at once',
        details: { operation, code: 'CONFLICT', retryable: true },
      });
    },
  );

  test('prints the same every time', async () => {
    operations.failure = new LatchkeyError('CONFLICT', 'Two saves at once');
    const failure = await store.deleteTokens().catch((error: unknown) => error);
    const printed = String(failure);
    expect(printed).toBe('Caused By : TOKEN_STORE - CONFLICT: Two saves at once');
    expect(String(failure)).toBe(printed);
  });

  test.each([
    ['an error with a payload', Object.assign(new Error('R-secret'), { body: 'R-secret' })],
    ['an error whose cause has one', new Error('no', { cause: new Error('R-secret') })],
    ['text', 'R-secret'],
    ['an error named by it', Object.assign(new Error(), { name: 'R-secret' })],
  ])('of another kind, %s, is told by its class only', async (_, thrown) => {
    operations.failure = thrown;
    const failure = await store.deleteToken('id-1').catch((error: unknown) => error);
    expect(String(failure)).toBe('Caused By : TOKEN_STORE - Error: deleteToken failed');
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('R-secret');
    expect(JSON.stringify(failure)).not.toContain('R-secret');
  });

  test('to invoke keeps its text, which is our own', async () => {
    operations.failure = new InvocationError('latchkey-find-token failed (request id 7)');
    await expect(store.deleteTokens()).rejects.toThrow(
      'InvocationError: latchkey-find-token failed (request id 7)',
    );
  });

  test('that nobody waits for does not end the process: the SDK does not await in revoke()', async () => {
    const script = new URL('./unawaited-find.ts', `file://${__filename}`).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script]);
    expect(stdout).toBe('revoked: false\n');
  });
});
