/**
 * The synthesized functions at work: the application's own functions, as the example grants them,
 * use the installed client against the embedded AWS.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { FUNCTION_NAMES } from '../../infra/bundling/bundles.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { clientSettings } from '../../local/deployment.ts';
import { QUIET_SDK } from '../../local/quiet-sdk.ts';
import { runQuietly } from '../emulators/processes.ts';
import type { AssembledFunction } from './assembly.ts';
import { check } from './check.ts';
import { runAssembly } from './run-assembly.ts';

/** The stack of the example. */
const STACK = 'Billing';

export async function checkFunctions(folder: string, interrupt: AbortSignal): Promise<void> {
  copyFileSync(join(import.meta.dirname, 'caller.mjs'), join(folder, 'caller.mjs'));
  const { aws, functions } = await runAssembly(join(folder, 'cdk.out'), STACK);
  try {
    const running = functions.filter(({ codeFolder }) => codeFolder !== undefined);
    check(
      running.length === FUNCTION_NAMES.length,
      `${running.length} functions run from the assets of that assembly`,
    );
    const as = (id: string) => callerOf(folder, aws, functions, id, interrupt);
    await roundTrip(as('Login'), as('Sync'));
    await checkKey(aws, functions);
  } finally {
    await aws.close();
  }
}

type Caller = (operation: string, event: object) => Promise<Record<string, unknown>>;

function callerOf(
  folder: string,
  aws: EmbeddedAws,
  functions: readonly AssembledFunction[],
  id: string,
  interrupt: AbortSignal,
): Caller {
  const granted = functions.find((one) => one.id.startsWith(id))?.environment;
  const env = { PATH: process.env['PATH'], ...QUIET_SDK, ...aws.environment(), ...granted };
  return async (operation, event) => {
    const args = ['caller.mjs', operation, JSON.stringify(event)];
    const output = await runQuietly({ file: process.execPath, args, cwd: folder, env }, interrupt);
    return JSON.parse(output) as Record<string, unknown>;
  };
}

async function roundTrip(login: Caller, sync: Caller): Promise<void> {
  const token = {
    userName: 'ada@zylker.com:7000',
    clientId: '1000.CLIENT',
    clientSecret: 'client-secret',
    refreshToken: 'refresh-token',
    accessToken: 'access-token',
    expiresAt: Date.now() + 3_600_000,
  };
  const saved = await login('saveToken', { token });
  check(saved['created'] === true, `Login saves a token: ${JSON.stringify(saved)}`);
  const { userName } = token;
  const found = (await login('findToken', { token: { userName } }))['token'] as typeof token;
  check(found?.refreshToken === token.refreshToken, 'Login finds it, whole');
  const { accessToken, tokenId } = await sync('getAccessToken', { userName });
  check(accessToken === token.accessToken && tokenId === saved['id'], 'Sync gets its access token');
  const { refused } = await sync('findToken', { token: { userName } });
  const { name } = (refused ?? {}) as { name?: string };
  check(name === 'InvocationError', 'Sync, which was not granted it, finds nothing');
}

async function checkKey(aws: EmbeddedAws, functions: readonly AssembledFunction[]): Promise<void> {
  const [save] = functions.filter(({ id }) => id.includes('SaveToken'));
  const secretsManager = new SecretsManagerClient(clientSettings(aws));
  const created = aws.calls.find(({ action }) => action === 'CreateSecret');
  const SecretId = String(created?.request['Name']);
  const { KmsKeyId } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  secretsManager.destroy();
  check(
    KmsKeyId !== undefined && KmsKeyId === save?.environment['LATCHKEY_KMS_KEY_ARN'],
    `the secret is encrypted with the application's key`,
  );
}
