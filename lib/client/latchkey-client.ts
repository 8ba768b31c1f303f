/**
 * The store from another Lambda function, or from anything with AWS credentials: one typed method
 * per operation, each an Invoke of that operation's function. Owns the retries; knows no Zoho.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { backoffMs } from '../backoff.ts';
import type { OperationName, Operations, TokenJson } from '../contract.ts';
import { LatchkeyError } from '../errors.ts';
import { readAnswer } from './function-answer.ts';
import { FUNCTION_VARIABLE_OF_OPERATION } from './function-variables.ts';
import { InvocationError, notInvoked } from './invocation-error.ts';
import { allTokens, type TokenOperations } from './token-operations.ts';

type Event<Name extends OperationName> = Operations[Name]['event'];
type Result<Name extends OperationName> = Promise<Operations[Name]['result']>;

/** Which functions to invoke, and how. */
export interface LatchkeyClientOptions {
  /** The function's name or ARN, for each operation that is used. */
  readonly functionNames: { readonly [Name in OperationName]?: string };
  /** Default: a client with the environment's region and credentials. */
  readonly lambda?: LambdaClient;
  /** How often an operation is tried before its retryable failure is passed on. Default 3. */
  readonly maxAttempts?: number;
  /** How to wait between attempts. Default: a timer. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/**
 * Invokes the store's functions. Every method rejects with `LatchkeyError` for a failure of the
 * contract, and `InvocationError` for a function that threw or is not configured, or where Lambda
 * refused the call or did not answer; `awsError` has the AWS SDK's name for that.
 *
 * @example
 * const latchkey = LatchkeyClient.fromEnvironment();
 * const { accessToken, apiDomain } = await latchkey.getAccessToken({ userName: 'ada@zylker.com:7000' });
 */
export class LatchkeyClient implements TokenOperations {
  readonly #functionNames: LatchkeyClientOptions['functionNames'];
  readonly #lambda: LambdaClient;
  readonly #maxAttempts: number;
  readonly #sleep: (ms: number) => Promise<unknown>;

  constructor(options: LatchkeyClientOptions) {
    this.#functionNames = options.functionNames;
    this.#lambda = options.lambda ?? new LambdaClient({});
    this.#maxAttempts = options.maxAttempts ?? 3;
    this.#sleep = options.sleep ?? delay;
  }

  /** A client for the functions whose names `FUNCTION_VARIABLE_OF_OPERATION` finds. */
  static fromEnvironment(options: Omit<LatchkeyClientOptions, 'functionNames'> = {}) {
    const functionNames: { [Name in OperationName]?: string } = {};
    for (const operation of Object.keys(FUNCTION_VARIABLE_OF_OPERATION) as OperationName[]) {
      const name = process.env[FUNCTION_VARIABLE_OF_OPERATION[operation]];
      if (name !== undefined && name !== '') functionNames[operation] = name;
    }
    return new LatchkeyClient({ ...options, functionNames });
  }

  /** The token that the request means, complete; `token` is null where there is none. */
  findToken(event: Event<'findToken'>): Result<'findToken'> {
    return this.#invoke('findToken', event);
  }

  /** The token with that id, complete; `token` is null where there is none. */
  findTokenById(event: Event<'findTokenById'>): Result<'findTokenById'> {
    return this.#invoke('findTokenById', event);
  }

  /** Creates or updates a token. Saving the same again changes nothing. */
  saveToken(event: Event<'saveToken'>): Result<'saveToken'> {
    return this.#invoke('saveToken', event);
  }

  /** Deletes one token; with `revoke`, ends it at the provider too. */
  deleteToken(event: Event<'deleteToken'>): Result<'deleteToken'> {
    return this.#invoke('deleteToken', event);
  }

  /** One page; `allTokens` follows the cursor. */
  getTokens(event: Event<'getTokens'> = {}): Result<'getTokens'> {
    return this.#invoke('getTokens', event);
  }

  /**
   * Logs out every token of the store. A token saved between two attempts must not be lost with
   * them, so all attempts carry one request id and count as one call.
   */
  deleteTokens(event: Event<'deleteTokens'> = {}): Result<'deleteTokens'> {
    return this.#invoke('deleteTokens', { requestId: randomUUID(), ...event });
  }

  /** An access token that stays valid for `minValidSeconds` (default 60), refreshed if need be. */
  getAccessToken(event: Event<'getAccessToken'>): Result<'getAccessToken'> {
    return this.#invoke('getAccessToken', event);
  }

  /** Brings back deleted tokens that are still in their recovery window. */
  restoreTokens(event: Event<'restoreTokens'>): Result<'restoreTokens'> {
    return this.#invoke('restoreTokens', event);
  }

  /** Every token of the store, page after page. See `allTokens` in token-operations.ts. */
  allTokens(
    options: { limit?: number; includeSecrets?: boolean } = {},
  ): AsyncGenerator<TokenJson, void, void> {
    return allTokens(this, options);
  }

  async #invoke<Name extends OperationName>(operation: Name, event: Event<Name>): Result<Name> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#invokeOnce(operation, event);
      } catch (error) {
        const worthAnother = error instanceof LatchkeyError && error.retryable;
        if (!worthAnother || attempt + 1 >= this.#maxAttempts) throw error;
        await this.#sleep(backoffMs(attempt, Math.random()));
      }
    }
  }

  async #invokeOnce<Name extends OperationName>(operation: Name, event: Event<Name>): Result<Name> {
    const functionName = this.#functionNames[operation];
    if (functionName === undefined) {
      const variable = FUNCTION_VARIABLE_OF_OPERATION[operation];
      throw new InvocationError(`No function is configured for ${operation}: set ${variable}`);
    }
    const command = new InvokeCommand({
      FunctionName: functionName,
      Payload: JSON.stringify(event),
    });
    const answer = await this.#lambda.send(command).catch((error: unknown) => {
      throw notInvoked(functionName, error);
    });
    return readAnswer(functionName, answer) as Operations[Name]['result'];
  }
}
