/**
 * What the story plays on: a fake Zoho, the embedded AWS with the store deployed on it, and
 * processes with the real SDK. Everything is on loopback, in memory and in one temporary folder.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundles } from '../../infra/bundling/build-bundles.ts';
import type { AwsCall, EmbeddedAws } from '../aws/embedded-aws.ts';
import type { Cleanup } from '../cleanup.ts';
import { deployLocally, type LocalDeployment } from '../deployment.ts';
import { QUIET_SDK } from '../quiet-sdk.ts';
import { type FakeZoho, startFakeZoho } from '../zoho/fake-zoho-server.ts';
import type { Narrator } from './narrator.ts';
import { bundleSdkProcess } from './sdk-bundle.ts';
import { SdkProcesses } from './sdk-processes.ts';
import type { Credentials } from './sdk-task.ts';
import { ZOHO_URL_VARIABLE } from './sdk-variables.ts';

export interface Stage {
  readonly narrator: Narrator;
  readonly zoho: FakeZoho;
  readonly deployment: LocalDeployment;
  readonly sdk: SdkProcesses;
  /** The application's client at Zoho. */
  readonly client: Credentials;
  /** Stands in every secret that the story comes across. */
  readonly tokenMark: string;
}

export async function setUpStage(
  narrator: Narrator,
  cleanup: Cleanup,
  tokenMark: string,
): Promise<Stage> {
  // Synchronous: an interruption finds the folder either not there or known to the cleanup.
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-demo-'));
  cleanup.add(() => rm(directory, { recursive: true, force: true }));
  let aws: EmbeddedAws | undefined;
  const nowMs = () => aws?.clock.nowMs() ?? Date.now();
  const zoho = await startFakeZoho({ behaviour: { tokenMark }, now: nowMs });
  cleanup.add(() => zoho.close());
  const client = { clientId: '1000.LATCHKEYDEMO', clientSecret: `${tokenMark}demo-client-secret` };
  zoho.register(client);
  const program = await bundleSdkProcess(directory);
  await buildBundles();
  const deployment = await deployLocally({
    dataCentre: 'demo',
    moreDataCentres: { demo: { accountsUrl: zoho.base, apiDomain: zoho.base } },
    // Two quick workers: nobody is to wait here for the pace that spares a real Secrets Manager.
    refreshWorkers: 2,
    refreshesPerSecond: 45,
  });
  cleanup.add(() => deployment.close());
  aws = deployment.aws;
  const environment = {
    ...deployment.environment(),
    ...QUIET_SDK,
    [ZOHO_URL_VARIABLE]: zoho.base,
  };
  const sdk = new SdkProcesses({
    program,
    environment,
    directory,
    aheadMs: () => nowMs() - Date.now(),
  });
  cleanup.add(() => sdk.close());
  return { narrator, zoho, deployment, sdk, client, tokenMark };
}

/** The AWS calls that the endpoint recorded while `work` ran. */
export async function callsDuring<Value>(
  { deployment }: Stage,
  work: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly calls: readonly AwsCall[] }> {
  const { calls } = deployment.aws;
  const before = calls.length;
  const value = await work();
  return { value, calls: calls.slice(before) };
}

/** Runs what is no part of the story: its AWS calls are forgotten. */
export async function offTheRecord<Value>(
  { deployment }: Stage,
  work: () => Promise<Value>,
): Promise<Value> {
  const { calls } = deployment.aws;
  const before = calls.length;
  const value = await work();
  calls.length = before;
  return value;
}

/** Time passes, and no schedule fires: nothing is refreshed but for those who ask. */
export function passWithoutSchedules(stage: Stage, ms: number): Promise<void> {
  const { clock, faults, settled } = stage.deployment.aws;
  return offTheRecord(stage, async () => {
    faults.add({ caller: 'scheduler', kind: { type: 'serverError' }, times: Infinity });
    clock.advance(ms);
    await settled();
    faults.clear();
  });
}

/** Requests for tokens that Zoho got since the step began, from the SDK and from the store. */
export function tokenRequests({ zoho }: Stage): {
  readonly bySdk: number;
  readonly byStore: number;
} {
  const posts = zoho.requests.filter(({ path }) => path === '/oauth/v2/token');
  // The SDK posts multipart/form-data, the store application/x-www-form-urlencoded.
  const bySdk = posts.filter(({ contentType }) => contentType === 'multipart/form-data').length;
  return { bySdk, byStore: posts.length - bySdk };
}
