/** The functions of a synthesized assembly on the embedded AWS: its code, its environment, its names. */
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { clientSettings } from '../../local/deployment.ts';
import { QUIET_SDK } from '../../local/quiet-sdk.ts';
import { type AssembledFunction, Assembly } from './assembly.ts';

export interface RunningAssembly {
  readonly aws: EmbeddedAws;
  readonly functions: readonly AssembledFunction[];
}

export async function runAssembly(folder: string, stack: string): Promise<RunningAssembly> {
  let aws: EmbeddedAws | undefined;
  const assembly = new Assembly(folder, stack, (name) => aws?.queueUrl(name) ?? '');
  aws = await startEmbeddedAws({
    queues: assembly
      .namesOf('AWS::SQS::Queue', 'QueueName')
      .map((name) => ({ name, visibilityTimeoutSeconds: 30 })),
    eventBuses: assembly.namesOf('AWS::Events::EventBus', 'Name'),
  });
  const functions = assembly.functions();
  const dynamoDb = new DynamoDBClient(clientSettings(aws));
  await dynamoDb.send(new CreateTableCommand(assembly.table()));
  dynamoDb.destroy();
  aws.addFunctions(
    functions.flatMap(({ name, codeFolder, environment, timeoutSeconds }) =>
      codeFolder === undefined
        ? []
        : [
            {
              name,
              bundle: join(codeFolder, 'index.mjs'),
              environment: { ...environment, ...QUIET_SDK },
              timeoutSeconds,
            },
          ],
    ),
  );
  return { aws, functions };
}
