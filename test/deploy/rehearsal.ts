/** The life of a deployment from its first day to its last: the steps, and what they work on. */
import type { FakeZoho } from '../../local/zoho/fake-zoho-server.ts';
import { BusListener } from './application.ts';
import { CdkCli } from './cdk/cdk-cli.ts';
import { DeployedStore } from './cdk/deployed-store.ts';
import { CommandLine } from './command-line.ts';
import type { MiniStack } from './ministack/server.ts';
import type { Step } from './step.ts';
import { bootstrap } from './steps/bootstrap.ts';
import { contractErrors } from './steps/contract-errors.ts';
import { deadLetters } from './steps/dead-letters.ts';
import { destroyDevelopment, destroyProduction } from './steps/destruction.ts';
import { firstDeployment, provisioned } from './steps/first-deployment.ts';
import { operations } from './steps/operations.ts';
import { purge } from './steps/purge.ts';
import { scheduledRefresh } from './steps/scheduled-refresh.ts';
import { secondStore } from './steps/second-store.ts';
import { upgrade } from './steps/upgrade.ts';

export interface RehearsalOptions {
  readonly aws: MiniStack;
  readonly zoho: FakeZoho;
  /** For the logs of the command line. */
  readonly folder: string;
  readonly interrupt: AbortSignal;
}

export interface Rehearsal {
  readonly steps: readonly Step[];
  close(): void;
}

export function rehearsal({ aws, zoho, folder, interrupt }: RehearsalOptions): Rehearsal {
  const commands = new CommandLine({ endpoint: aws.url, folder, interrupt });
  const cdk = new CdkCli(commands);
  const common = {
    dataCentre: 'fake',
    moreDataCentres: { fake: { accountsUrl: zoho.base, apiDomain: zoho.base } },
    // MiniStack's CloudFormation knows no alarm over metric math.
    alarms: false,
  };
  const first = new DeployedStore(cdk, aws, common);
  const second = new DeployedStore(cdk, aws, {
    ...common,
    store: 'billing',
    stage: 'development',
  });
  const bus = new BusListener(aws, 'an-application');
  return {
    steps: [
      bootstrap(cdk),
      firstDeployment(first),
      provisioned(first),
      operations(first, zoho),
      contractErrors(first, zoho),
      scheduledRefresh(first, zoho, bus),
      deadLetters(first, zoho, aws),
      upgrade(first, zoho),
      secondStore(first, second, zoho),
      destroyDevelopment(second),
      destroyProduction(first, bus),
      purge({ production: first, development: second }, commands),
    ],
    close: () => {
      for (const client of [first, second, bus]) client.close();
    },
  };
}
