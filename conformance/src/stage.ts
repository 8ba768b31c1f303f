/**
 * What a check has to work with: places for tokens and stores opened on them, the SDK, the stand-in
 * for Zoho, and a way to watch a promise that may never settle. One stage for each check.
 */
import { tmpdir } from 'node:os';
import type { OAuthToken } from '@zohocrm/typescript-sdk-8.0';
import type { CrashWatch } from './crash-watch.ts';
import { demand } from './demand.ts';
import type { Sdk } from './sdk.ts';
import { resetSdk } from './sdk-reset.ts';
import type { Home, Store, Subject } from './subject.ts';
import { buildToken, fieldsOf, type TokenFields } from './token-fields.ts';
import type { FakeZoho } from './zoho/fake-zoho.ts';

export interface StageParts {
  readonly sdk: Sdk;
  readonly zoho: FakeZoho;
  readonly subject: Subject;
  readonly crashes: CrashWatch;
}

/** Not the store but what was told of it fails: there is nothing to try. */
export class SubjectError extends Error {
  override readonly name = 'SubjectError';
}

/** What came of a promise. `ended`: it never settles, an error has ended the process instead. */
export type Settled =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error' | 'ended'; readonly error: unknown };

export class Stage {
  readonly sdk: Sdk;
  readonly zoho: FakeZoho;
  readonly subject: Subject;
  readonly #crashes: CrashWatch;
  readonly #homes: Home[] = [];
  #home: Home | undefined;
  #store: Store | undefined;

  constructor({ sdk, zoho, subject, crashes }: StageParts) {
    this.sdk = sdk;
    this.zoho = zoho;
    this.subject = subject;
    this.#crashes = crashes;
  }

  /** The check's place for tokens, empty at first. */
  async home(): Promise<Home> {
    this.#home ??= await this.newHome();
    return this.#home;
  }

  /** One more place, for checks that need many. */
  async newHome(): Promise<Home> {
    const { base, accountsTokenUrl } = this.zoho;
    const make = async () => this.subject.create({ zoho: { base, accountsTokenUrl } });
    const home = await orSubjectError('it makes no place for tokens', make);
    this.#homes.push(home);
    return home;
  }

  /** The store in the check's first container. */
  async store(): Promise<Store> {
    this.#store ??= await orSubjectError('the store cannot be opened', () => this.open());
    return this.#store;
  }

  /** The store in one more container. */
  async open(): Promise<Store> {
    return (await this.home()).open();
  }

  token(fields: TokenFields): OAuthToken {
    return buildToken(this.sdk, fields);
  }

  /** Saves a new token, and returns its fields with the id that the store has set. */
  async save<Fields extends TokenFields>(
    store: Store,
    fields: Fields,
  ): Promise<Fields & { readonly id: string }> {
    const token = this.token(fields);
    await store.saveToken(token);
    const id = token.getId() ?? '';
    demand(id !== '', 'a saved token has no id');
    return { ...fields, id };
  }

  /** Finds by what is named. */
  find(store: Store, named: TokenFields): Promise<unknown> {
    return store.findToken(this.token(named));
  }

  /** Every token of the store. */
  async list(store: Store): Promise<TokenFields[]> {
    return ((await store.getTokens()) ?? []).map(fieldsOf);
  }

  /** Waits for what a store or the SDK does, also where that would end the process. */
  async settle(work: () => unknown): Promise<Settled> {
    let stop = () => {};
    const ended = new Promise<Settled>((resolve) => {
      stop = this.#crashes.listen((error) => resolve({ kind: 'ended', error }));
    });
    try {
      const settled = Promise.resolve()
        .then(work)
        .then(
          (value): Settled => ({ kind: 'value', value }),
          (error: unknown): Settled => ({ kind: 'error', error }),
        );
      return await Promise.race([settled, ended]);
    } finally {
      stop();
    }
  }

  /** Initializes the SDK as a fresh process would. The builder's chain must not be interrupted. */
  async initialize(store: Store, token: OAuthToken): Promise<OAuthToken> {
    resetSdk(this.sdk);
    const { base, accountsTokenUrl } = this.zoho;
    await new this.sdk.InitializeBuilder()
      .environment(this.sdk.DataCenter.setEnvironment(base, accountsTokenUrl, base))
      .token(token)
      .store(store)
      .resourcePath(tmpdir())
      .initialize();
    return token;
  }

  async close(): Promise<void> {
    resetSdk(this.sdk);
    this.zoho.forget();
    for (const home of this.#homes) {
      await orSubjectError('a place cannot be closed', async () => home.close?.());
    }
  }
}

async function orSubjectError<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  return work().catch((cause: unknown) => {
    throw new SubjectError(`${what}: ${(cause as Error)?.message}`, { cause });
  });
}
