/**
 * An application that needs access tokens all the time. It listens to the store's event bus: a
 * user who has to log in again is sent there, and not asked for meanwhile.
 */
import { LatchkeyError } from '../../../lib/errors.ts';
import { DETAIL_TYPES } from '../../../lib/events/token-event.ts';
import { type User, userNameOf } from '../cast.ts';
import { accountOf } from '../crm-account.ts';
import type { Stage } from '../stage.ts';

export interface Answer {
  readonly user: User;
  readonly minute: number;
  /** What its access token had left to live when it came, 0 if none came. Milliseconds. */
  readonly lifeLeftMs: number;
  /** Whose token the CRM takes it for: an email address, or nobody. */
  readonly account: string;
}

export class Application {
  readonly answers: Answer[] = [];
  readonly #stage: Stage;
  readonly #users: readonly User[];

  constructor(stage: Stage, users: readonly User[]) {
    this.#stage = stage;
    this.#users = users;
  }

  /** Asks for the tokens of two users, one in each way there is to. */
  async askForTwo(minute: number): Promise<void> {
    const { client } = this.#stage.deployment;
    const loggedOut = this.#toLogInAgain();
    const users = this.#users.filter((user) => !loggedOut.has(userNameOf(user)));
    await Promise.all([
      this.#ask(anyOf(users), minute, async (userName) => {
        const { token } = await client.findToken({ token: { userName } });
        return { accessToken: token?.accessToken, expiresAt: token?.expiresAt };
      }),
      this.#ask(anyOf(users), minute, (userName) => client.getAccessToken({ userName })),
    ]);
  }

  async #ask(
    user: User,
    minute: number,
    ask: (
      userName: string,
    ) => Promise<{ accessToken?: string | undefined; expiresAt?: number | null | undefined }>,
  ): Promise<void> {
    const { deployment, zoho } = this.#stage;
    const { accessToken = '', expiresAt } = await ask(userNameOf(user)).catch(noToken);
    const lifeLeftMs = Math.max(0, (expiresAt ?? 0) - deployment.aws.clock.nowMs());
    const account = await accountOf(zoho.base, accessToken);
    this.answers.push({ user, minute, lifeLeftMs, account });
  }

  #toLogInAgain(): ReadonlySet<unknown> {
    const names = new Set<unknown>();
    for (const { detailType, detail } of this.#stage.deployment.aws.events()) {
      if (detailType === DETAIL_TYPES['needs-reauthorization']) names.add(detail['userName']);
      if (detailType === DETAIL_TYPES.healed) names.delete(detail['userName']);
    }
    return names;
  }
}

/** An expected failure is an answer without a token. */
function noToken(error: unknown): Record<string, never> {
  if (error instanceof LatchkeyError) return {};
  throw error;
}

function anyOf(users: readonly User[]): User {
  const [user] = users.slice(Math.floor(Math.random() * users.length));
  if (user === undefined) throw new Error('There is no user left to ask for.');
  return user;
}
