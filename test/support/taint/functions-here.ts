/** The functions' handlers in this process, so that what they throw can be looked at whole. */
import type { Context } from 'aws-lambda';
import { FUNCTION_NAMES, type FunctionName } from '../../../infra/bundling/bundles.ts';
import { functionName } from '../../../infra/resource-names.ts';
import { functionsOf } from '../../../local/deployment.ts';
import type { TestStore } from '../test-store.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

export type Called = { readonly answer: unknown } | { readonly thrown: unknown };

export class FunctionsHere {
  readonly #handlers: ReadonlyMap<FunctionName, Handler>;

  private constructor(handlers: ReadonlyMap<FunctionName, Handler>) {
    this.#handlers = handlers;
  }

  /**
   * Puts the functions' environment into that of this process, and loads them.
   * @param url - where they find AWS
   */
  static async load({ aws, settings }: TestStore, url: string): Promise<FunctionsHere> {
    const name = functionName(settings, 'save-token');
    const { environment = {} } =
      functionsOf(settings, aws).find((each) => each.name === name) ?? {};
    const here = Object.entries({ ...aws.environment(), ...environment }).map(
      ([variable, value]) => [variable, value.replaceAll(aws.url, url)] as const,
    );
    Object.assign(process.env, Object.fromEntries(here), {
      // With both of these the SDK sends the header of X-Ray along.
      AWS_LAMBDA_FUNCTION_NAME: name,
      _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1',
    });
    const handlers = FUNCTION_NAMES.map(async (each) => {
      const { handler } = (await import(`../../../lambdas/${each}.ts`)) as { handler: Handler };
      return [each, handler] as const;
    });
    return new FunctionsHere(new Map(await Promise.all(handlers)));
  }

  async call(name: FunctionName, event: unknown): Promise<Called> {
    const context = {
      awsRequestId: 'R',
      invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      getRemainingTimeInMillis: () => 10_000,
    } as Context;
    try {
      return { answer: await this.#handlers.get(name)?.(event, context) };
    } catch (thrown) {
      return { thrown };
    }
  }
}
