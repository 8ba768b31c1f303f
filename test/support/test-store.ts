/**
 * A store for one suite, as it is deployed: the bundles on the embedded AWS and a fake Zoho. With
 * AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL_SECRETS_MANAGER set, those emulators answer for
 * the two services instead; the store's name is new each time, so suites can share them.
 */
import { randomBytes } from 'node:crypto';
import type { StoreSettings } from '../../infra/store-settings.ts';
import type { Clock } from '../../lib/clock.ts';
import type { TokenJson } from '../../lib/contract.ts';
import type { AwsCall, EmbeddedAwsOptions } from '../../local/aws/embedded-aws.ts';
import { deployLocally, type LocalDeployment } from '../../local/deployment.ts';
import {
  type FakeZoho,
  type FakeZohoOptions,
  startFakeZoho,
} from '../../local/zoho/fake-zoho-server.ts';

export interface TestStore extends LocalDeployment {
  readonly zoho: FakeZoho;
  /** What the functions printed. */
  readonly logs: string[];
  /** The calls that functions made since the last look, without those of the test itself. */
  takeCalls(): AwsCall[];
}

/** Whether other people's emulators answer, which cannot be told to read stale. */
export const ON_EMULATORS = process.env['LATCHKEY_EMULATORS'] !== undefined;

export async function startTestStore(
  settings: Partial<StoreSettings> = {},
  zohoOptions: FakeZohoOptions = {},
  awsOptions: EmbeddedAwsOptions = {},
): Promise<TestStore> {
  let deployed: LocalDeployment | undefined;
  const now = () => deployed?.aws.clock.nowMs() ?? Date.now();
  const zoho = await startFakeZoho({ now, ...zohoOptions });
  const logs: string[] = [];
  const dynamodb = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  const secretsManager = process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'];
  const deployment = await deployLocally(
    {
      store: `test-${randomBytes(6).toString('hex')}`,
      dataCentre: 'local',
      moreDataCentres: { local: { accountsUrl: zoho.base, apiDomain: zoho.base } },
      // The fastest pace there is: workers wait between refreshes in real time.
      ...{ refreshesPerSecond: 45, refreshWorkers: 2 },
      ...settings,
    },
    {
      upstream: { ...(dynamodb && { dynamodb }), ...(secretsManager && { secretsManager }) },
      onLog: ({ text }) => logs.push(text),
      ...awsOptions,
    },
  );
  const { aws } = deployment;
  deployed = deployment;
  return {
    ...deployment,
    zoho,
    logs,
    takeCalls: () =>
      aws.calls
        .splice(0)
        .filter(({ caller, service }) => caller !== 'local' && service !== 'lambda'),
    close: async () => {
      await deployment.close();
      await zoho.close();
    },
  };
}

/** After a refusal the provider is asked again within so long; a second one is believed. */
export const CONFIRMED_AFTER_MS = 90_000;

/** A user's token as the Zoho SDK saves it, of the client in `more`, if it names one. */
export async function zohoToken(
  { zoho, aws }: { zoho: FakeZoho; aws: { clock: Pick<Clock, 'nowMs'> } },
  user: string,
  more: Partial<TokenJson> = {},
): Promise<TokenJson> {
  const { clientId = '1000.CLIENT', clientSecret = 'client-secret' } = more;
  zoho.register({ clientId, clientSecret });
  const grantToken = zoho.issueGrant({ clientId, user: { email: user, zgid: '7000' } });
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: clientSecret,
    code: grantToken,
  });
  const response = await fetch(zoho.accountsTokenUrl, { method: 'POST', body: form });
  const answer = (await response.json()) as Record<string, string & number>;
  return {
    userName: user,
    clientId,
    clientSecret,
    grantToken,
    refreshToken: String(answer['refresh_token']),
    accessToken: String(answer['access_token']),
    expiresAt: aws.clock.nowMs() + Number(answer['expires_in']) * 1000,
    apiDomain: zoho.base,
    ...more,
  };
}

/** Rejects when a code is not the one expected, whatever else the error is. */
export async function errorCode(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code ?? 'thrown',
  );
}
