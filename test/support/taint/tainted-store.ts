/**
 * A store whose every secret is a canary, and what comes out of it, by channel. Suites walk through
 * it with `walks/` and then look into the channels.
 */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import type { StoreSettings } from '../../../infra/store-settings.ts';
import type { OperationName, TokenJson } from '../../../lib/contract.ts';
import type { EmbeddedAwsOptions } from '../../../local/aws/embedded-aws.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { StoredState } from '../stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../test-store.ts';
import { Canaries, type Hit } from './canaries.ts';
import type { Encoding } from './encodings.ts';
import { RepeatingProvider } from './repeating-provider.ts';

export const ZOHO_CLIENT = '1000.CLIENT';

/** The index finds tokens by a hash of theirs: STORAGE.md. */
const KEYS_OF_THE_INDEX: readonly Encoding[] = ['lookup key'];

export class TaintedStore {
  readonly canaries = new Canaries();
  readonly store: TestStore;
  readonly stored: StoredState;
  /** What callers got that must hold no secret: error answers and thrown functions. */
  readonly failures: string[] = [];
  /** What operators were shown. */
  readonly pages: string[] = [];
  deadLetters: readonly string[] = [];
  readonly #clientSecret = this.canaries.mint('client secret');
  readonly #lambda: LambdaClient;
  readonly #provider: RepeatingProvider;

  private constructor(store: TestStore, provider: RepeatingProvider) {
    this.store = store;
    this.stored = new StoredState(store);
    this.#lambda = new LambdaClient(clientSettings(store.aws));
    this.#provider = provider;
  }

  /** Its provider `echo` repeats in its answers all that it is told. */
  static async start(
    settings: Partial<StoreSettings> = {},
    awsOptions: EmbeddedAwsOptions = {},
  ): Promise<TaintedStore> {
    const provider = await RepeatingProvider.start();
    const providers = { echo: { tokenUrl: provider.tokenUrl } };
    const store = await startTestStore({ providers, ...settings }, {}, awsOptions);
    return new TaintedStore(store, provider);
  }

  async close(): Promise<void> {
    this.stored.close();
    this.#lambda.destroy();
    await this.store.close();
    await this.#provider.close();
  }

  invoke(operation: OperationName, event: unknown): Promise<Record<string, unknown>> {
    return this.invokeFunction(this.store.functionNames[operation], event);
  }

  async invokeFunction(FunctionName: string, event: unknown): Promise<Record<string, unknown>> {
    const { Payload, FunctionError } = await this.#lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined || text.includes('"error"')) this.failures.push(text);
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** A user's token at the fake Zoho; all of it are canaries. */
  async zohoToken(user: string, more: Partial<TokenJson> = {}): Promise<TokenJson> {
    const client = { clientId: ZOHO_CLIENT, clientSecret: this.#clientSecret };
    const token = await zohoToken(this.store, user, { ...client, ...more });
    this.expectAway(token, '');
    return token;
  }

  /** A token of the user as some application might have it; all of it are canaries. */
  mintedToken(userName: string): Required<Pick<TokenJson, 'userName' | 'clientId'>> & Minted {
    return {
      userName,
      clientId: 'C',
      clientSecret: this.canaries.mint('client secret'),
      grantToken: this.canaries.mint('grant token'),
      refreshToken: this.canaries.mint('refresh token'),
      accessToken: this.canaries.mint('access token'),
    };
  }

  async save(user: string, more: Partial<TokenJson> = {}) {
    const token = await this.zohoToken(user, more);
    return { token, id: String((await this.invoke('saveToken', { token }))['id']) };
  }

  /** The tokens of a token: from now on they are to be found nowhere. */
  expectAway({ grantToken, refreshToken, accessToken }: TokenJson, origin: string): void {
    const values = { grantToken, refreshToken, accessToken };
    for (const [field, value] of Object.entries(values)) {
      const kind = `${origin}${field.replace('Token', ' token')}`;
      if (value !== undefined) this.canaries.add(kind, value);
    }
  }

  /** What the provider has given out since: of every token that can be read. */
  async expectMintedAway(): Promise<void> {
    for (const { pk } of await this.stored.items()) {
      const id = /^token#(.*)$/.exec(pk?.S ?? '')?.[1];
      const token = id && (await this.stored.current(id).catch(() => undefined));
      if (token) this.expectAway(token, 'minted ');
    }
  }

  /** Everything that comes out of the store, but for the answers that were asked for. */
  async hits(): Promise<Hit[]> {
    const { aws, logs } = this.store;
    const calls = aws.calls.filter(({ caller }) => caller !== 'local');
    const to = (name: string) => calls.filter(({ service }) => service === name);
    const texts: readonly (readonly [string, string, (readonly Encoding[])?])[] = [
      ['logs', logs.filter((line) => !isMetric(line)).join('\n')],
      ['metrics', logs.filter(isMetric).join('\n')],
      ['failures', this.failures.join('\n')],
      ['pages', this.pages.join('\n')],
      ['events', JSON.stringify(aws.events())],
      ['dead letters', this.deadLetters.join('\n')],
      ['index items', JSON.stringify(await this.stored.items()), KEYS_OF_THE_INDEX],
      ['secret metadata', JSON.stringify(await this.secretMetadata())],
      ['calls to dynamodb', JSON.stringify(to('dynamodb')), KEYS_OF_THE_INDEX],
      ['calls to secretsmanager', JSON.stringify(to('secretsmanager'))],
      ['calls to sqs', JSON.stringify(to('sqs'))],
      ['calls to events', JSON.stringify(to('events'))],
      ['calls to lambda', JSON.stringify(to('lambda'))],
    ];
    return texts.flatMap(([channel, text, documented]) =>
      this.canaries.hits(channel, text, documented),
    );
  }

  /** Names, descriptions, tags and versions of the store's secrets. */
  async secretMetadata() {
    const { SecretList = [] } = await this.stored.secretsManager.send(
      new ListSecretsCommand({
        IncludePlannedDeletion: true,
        MaxResults: 100,
        Filters: [{ Key: 'name', Values: [`latchkey/${this.store.settings.store}/`] }],
      }),
    );
    return SecretList;
  }
}

type Minted = Required<
  Pick<TokenJson, 'clientSecret' | 'grantToken' | 'refreshToken' | 'accessToken'>
>;

export function isMetric(line: string): boolean {
  return line.startsWith('{"_aws"');
}
