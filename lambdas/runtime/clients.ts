/**
 * The AWS clients, once per container. Retries are the SDK's standard ones (jittered, 4 attempts);
 * the deadline of the operation ends them earlier where it must.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

const SETTINGS = {
  maxAttempts: 4,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

export function dynamoDb(): DynamoDBClient {
  return new DynamoDBClient(SETTINGS);
}

export function secretsManager(): SecretsManagerClient {
  return new SecretsManagerClient(SETTINGS);
}

export function sqs(): SQSClient {
  return new SQSClient(SETTINGS);
}

export function eventBridge(): EventBridgeClient {
  return new EventBridgeClient(SETTINGS);
}
