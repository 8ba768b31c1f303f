/** What scenarios do before the moment they are about: users log in, save, delete, and time passes. */
import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { SaveTokenResult, TokenJson } from '../../../lib/contract.ts';
import { refreshMessage } from '../../../lib/refresh-queue/refresh-message.ts';
import { revealToken } from '../../../lib/token.ts';
import { keyOf, tokenPartition } from '../../../lib/token-index/dynamodb-items.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import type { Fate } from '../engine/outgoing-call.ts';
import type { CrashWorld } from './crash-world.ts';
import { DAY_MS, MINUTE_MS } from './durations.ts';
import type { FunctionName } from './functions.ts';
import { sweepNow } from './schedule.ts';
import { ROTATING_PROVIDER } from './token-endpoints.ts';

export class Stage {
  readonly world: CrashWorld;

  constructor(world: CrashWorld) {
    this.world = world;
  }

  get nowMs(): number {
    return this.world.clock.nowMs();
  }

  /** A user's new login as an application would save it, with days to live unless said otherwise. */
  login(user: string, more: Partial<TokenJson> = {}): TokenJson {
    const rotates = more.provider === ROTATING_PROVIDER;
    return {
      userName: user,
      clientId: 'C',
      clientSecret: 'C-secret',
      ...this.world.providers.login(user, { rotates }),
      expiresAt: this.nowMs + 29 * DAY_MS,
      ...more,
    };
  }

  /** Logs in and saves. */
  async saved(user: string, more: Partial<TokenJson> = {}): Promise<{ id: string }> {
    return this.save(this.login(user, more));
  }

  async save(token: TokenJson): Promise<SaveTokenResult> {
    return (await this.call('save-token', { token })) as SaveTokenResult;
  }

  /** A call that succeeds. */
  async call(name: FunctionName, event: unknown): Promise<unknown> {
    const { ended } = await this.world.invoke(name, event);
    if (ended.outcome === 'answered') return ended.result;
    throw ended.outcome === 'failed' ? ended.error : new Error('It died.');
  }

  /** A call that its container does not survive. */
  async dying(name: FunctionName, event: unknown, fate: Fate): Promise<void> {
    const { ended } = await this.world.invoke(name, event, fate);
    if (ended.outcome !== 'died') throw new Error(`${name} did not come to ${fate.at}.`);
  }

  async row(id: string): Promise<TokenRow> {
    const { index } = this.world.ports;
    const { rows } = await index.read({ ids: [id] }, ampleDeadline(this.world.clock));
    const row = rows.get(id);
    if (row === undefined) throw new Error(`There is no row ${id}.`);
    return row;
  }

  /** The one row that there is. */
  async only(): Promise<TokenRow> {
    const { index } = this.world.ports;
    const { rows } = await index.scan({ limit: 100 }, ampleDeadline(this.world.clock));
    const [row, another] = rows;
    if (row === undefined || another !== undefined) throw new Error(`${rows.length} rows.`);
    return row;
  }

  /** What a token's pinned version holds. */
  async content(id: string): Promise<TokenJson> {
    const { vault } = this.world.ports;
    const content = await vault.read(await this.row(id), ampleDeadline(this.world.clock));
    return content === undefined ? {} : revealToken(content.token);
  }

  /** A message about a token, in the queue of the workers. */
  message(tokenId: string): void {
    const body = refreshMessage(tokenId);
    this.world.queue.send([{ body, attributes: {}, senderId: 'stage', delaySeconds: 0 }]);
  }

  async removeRow(id: string): Promise<void> {
    const Key = keyOf(tokenPartition(id));
    const { dynamoDb } = this.world.ports.clients;
    await dynamoDb.send(new DeleteItemCommand({ TableName: this.world.table, Key }));
  }

  /** What puts the table back to what it is now, as a restore of a backup does. */
  async backUpTable(): Promise<() => Promise<void>> {
    const { dynamoDb } = this.world.ports.clients;
    const TableName = this.world.table;
    const items = async () => (await dynamoDb.send(new ScanCommand({ TableName }))).Items ?? [];
    const copy = await items();
    return async () => {
      for (const { pk = { S: '' } } of await items()) {
        await dynamoDb.send(new DeleteItemCommand({ TableName, Key: { pk } }));
      }
      for (const Item of copy) await dynamoDb.send(new PutItemCommand({ TableName, Item }));
    };
  }

  async deleteSecretByHand(id: string): Promise<string> {
    const { secretArn } = await this.row(id);
    await this.world.ports.vault.scheduleDeletion(secretArn, ampleDeadline(this.world.clock));
    return secretArn;
  }

  /** The recovery window of a secret passes. */
  async purgeSecret(secretArn: string): Promise<void> {
    const force = { SecretId: secretArn, ForceDeleteWithoutRecovery: true };
    await this.world.ports.clients.secretsManager.send(new DeleteSecretCommand(force));
  }

  /** A token that its provider refuses, as was found out and told. */
  async condemned(user: string, more: Partial<TokenJson> = {}): Promise<{ id: string }> {
    const saved = await this.saved(user, { expiresAt: this.nowMs, ...more });
    this.world.providers.revokeAllOf(user);
    for (let round = 0; round < 3; round += 1) {
      this.wait(5 * MINUTE_MS);
      await this.sweep();
      await this.world.deliver();
    }
    const { state, announce } = await this.row(saved.id);
    if (state !== 'needs-reauthorization' || announce) throw new Error(`It is ${state}.`);
    return saved;
  }

  /** Time passes, and nobody does anything. */
  wait(ms: number): void {
    this.world.clock.advance(ms);
  }

  /** A sweep of all that is due now. */
  async sweep(): Promise<void> {
    await sweepNow(this.world);
  }
}
