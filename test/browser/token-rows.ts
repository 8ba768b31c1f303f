/**
 * Tokens in every condition that an operator meets, put into the index of a store as they stand:
 * the widget reads nothing else. User names are as hostile as anybody can save them.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../../lib/clock.ts';
import type { TokenJson } from '../../lib/contract.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import { DynamoDbTokenIndex } from '../../lib/token-index/dynamodb-token-index.ts';
import { keyRowWrites } from '../../lib/token-index/key-row-writes.ts';
import type { TokenRow } from '../../lib/token-index/token-index.ts';
import { clientSettings } from '../../local/deployment.ts';
import { seededRandom } from '../support/core/seeded-random.ts';
import { rowOf } from '../support/core/tokens.ts';
import type { TestStore } from '../support/test-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Each would show that it ran by `window.ran`, or by asking the network for something. */
export const HOSTILE_NAMES = [
  '<script>window.ran = "script"</script>',
  '<img src=x onerror="window.ran = \'onerror\'">',
  '<svg onload="window.ran = \'svg\'"><circle r=9></svg>',
  '"><script>window.ran = "attribute"</script>',
  '" onmouseover="window.ran = \'hover\'" autofocus onfocus="window.ran = \'focus\'" x="',
  "' onclick='window.ran = \"click\"' x='",
  '<a href="javascript:window.ran = \'link\'">click me</a>',
  'javascript:window.ran="url"',
  '</td></tr></table><h1>Your session has ended</h1>',
  '<cwdb-action action="call" endpoint="arn:aws:lambda:us-east-1:666666666666:function:evil">{}</cwdb-action>',
  '</cwdb-action><cwdb-action action="call" endpoint="arn:evil">{"do":"refresh"}',
  '<style>.latchkey{display:none}</style>',
  '<iframe src="https://evil.example/"></iframe><link rel=stylesheet href=https://evil.example/x.css>',
  '{{constructor.constructor("window.ran = 1")()}} #{window.ran = 2}',
  '\u202eevil\u202c gnp.exe \u200bzero\u200b width \ufeff',
  'controls \u0000\u0007\u001b[31m\r\n\ttab',
  'lone \ud800 surrogate \udfff here',
  `zalgo e${'\u0301\u0489\u0334'.repeat(40)}`,
  '&lt;b&gt;entities&lt;/b&gt; &amp;amp; &#60;script&#62;',
  'x'.repeat(10_000),
  'a '.repeat(5_000),
  '漢字かな交じり文の利用者名、とても長いので折り返しが必要です。'.repeat(8),
  'اسم المستخدم مع نص طويل من اليمين إلى اليسار',
  '🧑🏽‍💻 emoji 👨‍👩‍👧‍👦',
];

export class TokenRows {
  readonly #store: TestStore;
  readonly #client: DynamoDBClient;
  readonly #index: DynamoDbTokenIndex;
  readonly #random = seededRandom(7);
  readonly nowMs: number;

  constructor(store: TestStore) {
    this.#store = store;
    this.#client = new DynamoDBClient(clientSettings(store.aws));
    this.#index = new DynamoDbTokenIndex({ client: this.#client, tableName: store.tableName });
    this.nowMs = store.aws.clock.nowMs();
  }

  close(): void {
    this.#client.destroy();
  }

  /** A token of an hour, refreshed a while ago, unless it says otherwise. */
  async add(userName: string | undefined, more: Partial<TokenRow> = {}, fields: TokenJson = {}) {
    const id = this.#hex(32);
    const refreshedAtMs = this.nowMs - this.#between(1, 45) * MINUTE_MS;
    const name = userName === undefined ? {} : { userName: userName.toWellFormed() };
    const token: TokenJson = {
      ...name,
      clientId: `1000.${this.#hex(12).toUpperCase()}`,
      clientSecret: 'S',
      accessToken: `access-${id}`,
      refreshToken: `refresh-${id}`,
      ...fields,
    };
    const { dueAtMs: _never, ...base } = rowOf(id, token);
    const row: TokenRow = {
      ...base,
      // DynamoDB keeps well-formed text only; what is not is what another store may have held.
      secretArn: `arn:aws:secretsmanager:us-east-1:000000000000:secret:latchkey/${this.#store.settings.store}/${id}-AbCdEf`,
      createdAtMs: this.nowMs - 90 * DAY_MS,
      usedAtMs: this.nowMs - HOUR_MS,
      writtenAtMs: refreshedAtMs,
      refreshedAtMs,
      accessTokenSinceMs: refreshedAtMs,
      expiresAtMs: refreshedAtMs + HOUR_MS,
      ...more,
    };
    const keyRows = keyRowWrites(undefined, row, new Map(), () => false);
    const deadline = deadlineIn(10_000, systemClock);
    await this.#index.commit({ rows: [{ row, expected: 'absent' }], keyRows }, deadline);
    return row;
  }

  failure(verdict: string, minutesAgo: number, count = 1): NonNullable<TokenRow['failure']> {
    const atMs = this.nowMs - minutesAgo * MINUTE_MS;
    return { verdict, atMs, count, retryAtMs: this.nowMs + (4 * count + 3) * MINUTE_MS };
  }

  /** The troubles of a night: one of each, and some twice. */
  async addTroubles(): Promise<void> {
    const expired = { expiresAtMs: this.nowMs - 25 * MINUTE_MS };
    const refused = this.failure('revoked: invalid_code', 72, 3);
    await this.add('crm-sync@zylker.com:7000', {
      state: 'needs-reauthorization',
      ...{ ...expired, failure: refused },
    });
    await this.add('patricia@zylker.com:7000', {
      state: 'needs-reauthorization',
      failure: { ...refused, atMs: refused.atMs - 20 * HOUR_MS },
      checkedAtMs: this.nowMs - 3 * HOUR_MS,
    });
    await this.add('billing@zylker.com:7000', {
      ...expired,
      failure: this.failure('client-fault: invalid_client_secret', 6, 4),
    });
    await this.add('reports@zylker.com:7000', {
      failure: this.failure('outage: http-503', 2, 2),
      refreshRequestedAtMs: this.nowMs - 20_000,
    });
    await this.add('warehouse@zylker.com:7000', {
      failure: this.failure('throttled: access_denied', 9),
      checkedAtMs: this.nowMs - 5 * MINUTE_MS,
    });
    await this.add('events@zylker.com:7000', expired);
    await this.add('import@zylker.com', { ...expired, refreshable: false });
    await this.add('archive@zylker.com:7000', {
      state: 'idle',
      expiresAtMs: this.nowMs - 40 * DAY_MS,
      refreshedAtMs: this.nowMs - 41 * DAY_MS,
    });
    const buried = { deletedAtMs: this.nowMs - 2 * HOUR_MS, purgeAtMs: this.nowMs + 6.9 * DAY_MS };
    await this.add('former@zylker.com:7000', { state: 'deleted', ...buried });
    await this.add('sso@zylker.com', {}, { provider: 'keycloak' });
  }

  async addHostile(): Promise<void> {
    for (const [n, name] of HOSTILE_NAMES.entries()) {
      const failure = n % 3 === 0 ? { failure: this.failure('outage: http-502', n) } : {};
      await this.add(name, failure, n % 2 === 0 ? { clientId: name.slice(0, 2_048) } : {});
    }
  }

  async addOrdinary(count: number): Promise<void> {
    for (let n = 1; n <= count; n += 1) {
      await this.add(`user-${String(n).padStart(3, '0')}@zylker.com:7000`);
    }
  }

  #between(from: number, to: number): number {
    return from + this.#random() * (to - from);
  }

  #hex(digits: number): string {
    return Array.from({ length: digits }, () => Math.floor(this.#random() * 16).toString(16)).join(
      '',
    );
  }
}
