/** Has a container perform the operations of a history, and says what came of each. */
import type { TokenJson } from '../../../lib/contract.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import { revealToken } from '../../../lib/token.ts';
import type { Answers, Kind, Outcome, Requests } from '../program/operation.ts';
import type { ContainerOfAll, Machine } from './machine.ts';

const MINUTE_MS = 60_000;

/** Performs one operation, to its end or the container's. */
export async function perform<K extends Kind>(
  machine: Machine,
  container: ContainerOfAll,
  kind: K,
  request: Requests[K],
): Promise<Outcome<Answers[K]>> {
  const died: Outcome<Answers[K]> = { outcome: 'unknown', code: 'died' };
  const ended = outcomeOf(() => performsOf(machine, container)[kind](request));
  return Promise.race([ended, container.process.died.then(() => died)]);
}

type Performs = { readonly [K in Kind]: (request: Requests[K]) => Promise<Answers[K]> };

function performsOf(machine: Machine, container: ContainerOfAll): Performs {
  const { operations, worker, housekeeper, process } = container;
  return {
    save: ({ id, token }) => operations.save({ ...token, ...(id !== undefined && { id }) }),
    find: async ({ id, token }) => {
      const found = await operations.found({ ...token, ...(id !== undefined && { id }) });
      if (found === undefined) return { token: null, reauthorized: false };
      const { row, token: content } = found.stored;
      return { token: { id: row.id, ...revealToken(content) }, reauthorized: found.reauthorized };
    },
    findById: ({ id }) => operations.findById(id),
    accessToken: (request) => operations.accessToken(request),
    delete: ({ id, revoke }) => operations.delete(id, revoke),
    deleteAll: async () => {
      await operations.deleteAll();
      return undefined;
    },
    list: async ({ limit, includeSecrets }) => {
      const tokens: TokenJson[] = [];
      const unreadable: string[] = [];
      await everyPage(async (cursor) => {
        const page = await operations.list({ limit, includeSecrets, ...cursor });
        tokens.push(...page.tokens);
        unreadable.push(...(page.unreadable ?? []));
        return page.cursor;
      });
      return { tokens, unreadable };
    },
    restore: ({ id }) => operations.restore({ id }),
    restoreLast: async () => {
      const restored: string[] = [];
      const skipped: Answers['restore']['skipped'][number][] = [];
      await everyPage(async (cursor) => {
        const page = await operations.restore({ lastLogout: true, ...cursor });
        restored.push(...page.restored);
        skipped.push(...page.skipped);
        return page.cursor;
      });
      return { restored, skipped };
    },
    work: async ({ ids }) => {
      const deadline = process.deadline();
      await Promise.all(ids.map((id) => worker.run(id, deadline)));
      await worker.finish(deadline);
      return undefined;
    },
    housekeep: async () => {
      await housekeeper.run({ mode: 'repair' }, process.deadline());
      return undefined;
    },
    advance: async ({ minutes }) => {
      machine.passTo(machine.nowMs() + minutes * MINUTE_MS);
      return undefined;
    },
  };
}

async function everyPage(
  next: (cursor: { readonly cursor?: string }) => Promise<string | undefined>,
): Promise<void> {
  let cursor = await next({});
  while (cursor !== undefined) cursor = await next({ cursor });
}

async function outcomeOf<Answer>(run: () => Promise<Answer>): Promise<Outcome<Answer>> {
  try {
    return { outcome: 'answered', answer: await run() };
  } catch (error) {
    if (!(error instanceof LatchkeyError)) return { outcome: 'bug', error: error as Error };
    const { code, message, retryable } = error;
    if (code === 'STORE_UNAVAILABLE' && retryable) return { outcome: 'unknown', code };
    return { outcome: 'refused', code, tokenId: /\b[0-9a-f]{32}\b/.exec(message)?.[0] };
  }
}
