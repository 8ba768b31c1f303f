/** The real SDK clients of a container, whose requests leave by its process instead of a socket. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { RetryStrategyV2 } from '@smithy/types';
import type { Answer, ServiceCall } from '../../../local/aws/service.ts';
import { callOf, InProcessAws, type WireRequest } from './in-process-aws.ts';

/**
 * What each of thousands of clients would look for in the environment and in files, and a signature
 * that nobody reads.
 */
const KNOWN = {
  maxAttempts: 4,
  retryMode: 'standard',
  defaultsMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: 'crash',
  signer: { sign: async <Request>(request: Request) => request },
} as const;

export type Send = (call: ServiceCall) => Promise<Answer>;

/**
 * @param send - what becomes of each request
 * @param retryStrategy - default: the SDK's own, which waits in real time
 */
export function awsClients(caller: string, send: Send, retryStrategy?: RetryStrategyV2) {
  const settings = {
    endpoint: InProcessAws.url,
    region: 'us-east-1',
    ...KNOWN,
    ...(retryStrategy && { retryStrategy }),
    credentials: { accessKeyId: caller, secretAccessKey: 'none' },
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      destroy: () => {},
      handle: async (request: WireRequest) => {
        const { statusCode, headers, body } = await send(callOf(request, caller));
        return { response: { statusCode, headers, body: Buffer.from(body) } };
      },
      httpHandlerConfigs: () => ({}),
      updateHttpClientConfig: () => {},
    },
  };
  return {
    dynamoDb: new DynamoDBClient(settings),
    secretsManager: new SecretsManagerClient(settings),
    sqs: new SQSClient(settings),
    eventBridge: new EventBridgeClient(settings),
  };
}
