/**
 * The AWS calls that the store makes, as they were made: a bare client can make the same ones
 * against a table and secrets of its own, where the same conditions hold in the same order.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export interface RecordedCall {
  /** For example `PutSecretValueCommand`. */
  readonly command: string;
  readonly input: object;
}

type Client = DynamoDBClient | SecretsManagerClient;
type Stack = DynamoDBClient['middlewareStack'];

export class Recorder {
  #calls: RecordedCall[] | undefined;

  constructor(...clients: readonly Client[]) {
    for (const client of clients) {
      // The clients' stacks differ only in the types of their inputs.
      (client.middlewareStack as Stack).add(
        (next, context) => (args) => {
          this.#calls?.push({ command: String(context['commandName']), input: args.input });
          return next(args);
        },
        { step: 'initialize', name: 'recorder' },
      );
    }
  }

  start(): void {
    this.#calls = [];
  }

  /** What was called since the start. */
  stop(): readonly RecordedCall[] {
    const calls = this.#calls ?? [];
    this.#calls = undefined;
    return calls;
  }
}
