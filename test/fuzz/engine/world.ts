/**
 * Where inputs are tried: the functions, the services that they call, a provider that answers what
 * it is told to, and a bystander, whose token is none of anybody's business.
 */
import '../../../local/quiet-sdk.ts';
import { isDeepStrictEqual } from 'node:util';
import type { FunctionName } from '../../../infra/bundling/bundles.ts';
import type { TokenJson } from '../../../lib/contract.ts';
import { ProviderServer } from '../../unit/provider/provider-server.ts';
import { made } from '../inputs/bulk.ts';
import { NOW, OTHERS_ID, OTHERS_NAME, READER } from '../inputs/corpus.ts';
import { Functions, type Plant } from './functions.ts';
import { HostedAws } from './hosted-aws.ts';
import { storeEnvironment } from './store.ts';

const BYSTANDER = {
  userName: OTHERS_NAME,
  clientId: '1000.BYSTANDER',
  clientSecret: 'bystander-client-secret',
  refreshToken: 'bystander-refresh-token',
  accessToken: 'bystander-access-token',
  expiresAt: 4_102_444_800_000,
} as const satisfies TokenJson;
/** Anybody may name this one. */
const FOUND = {
  userName: READER,
  clientId: '1000.CLIENT',
  accessToken: 'reader-access-token',
  expiresAt: 4_102_444_800_000,
} as const satisfies TokenJson;
const DOWN = { status: 503 };

export class World {
  readonly functions: Functions;
  readonly provider: ProviderServer;
  readonly #aws: HostedAws;
  #bystanderId = '';
  #count = 0;

  private constructor(functions: Functions, provider: ProviderServer, aws: HostedAws) {
    this.functions = functions;
    this.provider = provider;
    this.#aws = aws;
  }

  static async open(): Promise<World> {
    const [provider, aws] = await Promise.all([ProviderServer.start(), HostedAws.start()]);
    const { environment, queueUrl } = aws.address;
    Object.assign(process.env, environment, storeEnvironment(queueUrl, provider.base));
    const world = new World(new Functions(), provider, aws);
    world.providerIsDown();
    await world.keepTokens();
    return world;
  }

  /** The same with a bug in its functions. */
  planted(plant: Plant): World {
    const world = new World(new Functions(plant), this.provider, this.#aws);
    world.#bystanderId = this.#bystanderId;
    return world;
  }

  async close(): Promise<void> {
    await this.provider.close();
    await this.#aws.close();
  }

  get bystanderId(): string {
    return this.#bystanderId;
  }

  /** What only the bystander may see. */
  get secretsOfOthers(): readonly string[] {
    const { clientSecret, refreshToken, accessToken } = BYSTANDER;
    return [clientSecret, refreshToken, accessToken];
  }

  /** A number that was not given before. */
  next(): number {
    this.#count += 1;
    return this.#count;
  }

  providerIsDown(): void {
    this.provider.reply = DOWN;
    this.provider.asked.length = 0;
  }

  /** What a template means here and now. */
  event(template: unknown): unknown {
    return made(template, (text) =>
      text === NOW ? Date.now() : text.replaceAll(OTHERS_ID, this.#bystanderId),
    );
  }

  /** A call that is answered, and by no failure. */
  async call<Result>(name: FunctionName, event: unknown): Promise<Result> {
    const { ended, value } = await this.functions.invoke(name, event);
    if (ended === 'answered' && !Object.hasOwn(Object(value), 'error')) return value as Result;
    throw new Error(`${name} does not work: ${JSON.stringify(value) ?? String(value)}`);
  }

  async found(id: string): Promise<TokenJson | null> {
    return (await this.call<{ token: TokenJson | null }>('find-token-by-id', { id })).token;
  }

  async bystanderIsWell(): Promise<boolean> {
    const token = await this.found(this.#bystanderId);
    return isDeepStrictEqual(token, { id: this.#bystanderId, ...BYSTANDER });
  }

  /** Saves both anew where somebody logged out all. */
  async keepTokens(): Promise<void> {
    if (this.#bystanderId !== '' && (await this.bystanderIsWell())) return;
    await this.call('save-token', { token: FOUND });
    const saved = await this.call<{ id: string }>('save-token', { token: BYSTANDER });
    this.#bystanderId = saved.id;
  }
}
