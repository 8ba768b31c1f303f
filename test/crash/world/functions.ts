/** What each function does with its event, without the Lambda around it; and an operator's command. */
import { timeoutSeconds } from '../../../infra/function-timeout.ts';
import { RefreshBatch } from '../../../lib/background/refresh-batch.ts';
import { RefreshSweep } from '../../../lib/background/refresh-sweep.ts';
import { ScheduledRefresh } from '../../../lib/background/scheduled-refresh.ts';
import { TokenWidget } from '../../../lib/console/token-widget.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import type { EventPublisher } from '../../../lib/events/event-publisher.ts';
import { Housekeeper } from '../../../lib/housekeeping/housekeeper.ts';
import { HousekeepingJob } from '../../../lib/housekeeping/housekeeping-job.ts';
import type { HousekeepingProgress } from '../../../lib/housekeeping/housekeeping-progress.ts';
import { parseHousekeeping } from '../../../lib/housekeeping/housekeeping-request.ts';
import { Pacer } from '../../../lib/pacer.ts';
import { Recovery } from '../../../lib/recovery/recovery.ts';
import type { RefreshQueue } from '../../../lib/refresh-queue/refresh-queue.ts';
import {
  parseDeleteToken,
  parseDeleteTokens,
  parseFindToken,
  parseFindTokenById,
  parseGetAccessToken,
  parseGetTokens,
  parseRestoreTokens,
  parseSaveToken,
} from '../../../lib/requests.ts';
import type { OperatorNotes } from '../../../lib/token-index/operator-notes.ts';
import { TokenStore } from '../../../lib/token-store.ts';
import type { OutsideParts, partsOver } from '../../support/core/parts-over.ts';

export type FunctionName =
  | 'save-token'
  | 'find-token'
  | 'find-token-by-id'
  | 'get-access-token'
  | 'delete-token'
  | 'delete-tokens'
  | 'get-tokens'
  | 'restore-tokens'
  | 'refresh-dispatcher'
  | 'refresh-worker'
  | 'housekeeper'
  | 'token-widget'
  /** The operator's command, in a process on a person's machine. */
  | 'recover';

/** Nobody ends a person's process; far longer than its calls take. */
const RECOVER_SECONDS = 3_600;

export function secondsOf(name: FunctionName): number {
  return name === 'recover' ? RECOVER_SECONDS : timeoutSeconds(name);
}

export type Handler = (event: never, deadline: Deadline) => Promise<unknown>;

/** What a container is made of, once it is started. */
export type ContainerParts = ReturnType<typeof partsOver> &
  OutsideParts & {
    readonly queue: RefreshQueue;
    readonly publisher: EventPublisher;
    readonly progress: HousekeepingProgress;
    readonly notes: OperatorNotes;
    readonly store: string;
  };

/** The bodies of an SQS batch. */
export interface Batch {
  readonly tokenIds: readonly string[];
}

export interface BatchAnswer {
  readonly failed: readonly string[];
}

/** What its buttons call. */
const WIDGET_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:latchkey-crash-token-widget';

export const FUNCTIONS: Readonly<Record<FunctionName, (parts: ContainerParts) => Handler>> = {
  'save-token': (parts) => {
    const store = new TokenStore(parts);
    return (event, deadline) => store.saveToken(parseSaveToken(event), deadline);
  },
  'find-token': (parts) => {
    const store = new TokenStore(parts);
    return async (event, deadline) =>
      (await store.findToken(parseFindToken(event), deadline)) ?? null;
  },
  'find-token-by-id': (parts) => {
    const store = new TokenStore(parts);
    return async (event, deadline) =>
      (await store.findTokenById(parseFindTokenById(event), deadline)) ?? null;
  },
  'get-access-token': (parts) => {
    const store = new TokenStore(parts);
    return (event, deadline) => store.getAccessToken(parseGetAccessToken(event), deadline);
  },
  'delete-token': (parts) => {
    const store = new TokenStore(parts);
    return (event, deadline) => store.deleteToken(parseDeleteToken(event), deadline);
  },
  'delete-tokens': (parts) => {
    const store = new TokenStore(parts);
    return (event, deadline) => store.deleteTokens(parseDeleteTokens(event), deadline);
  },
  'get-tokens': (parts) => {
    const store = new TokenStore(parts);
    return (event, deadline) => store.getTokens(parseGetTokens(event), deadline);
  },
  'restore-tokens': (parts) => {
    const store = new TokenStore(parts);
    return (event, deadline) => store.restoreTokens(parseRestoreTokens(event), deadline);
  },
  'refresh-dispatcher': (parts) => {
    const sweep = new RefreshSweep({ ...parts, refreshesPerSecond: 25 });
    return (_tick, deadline) => sweep.run(deadline);
  },
  'refresh-worker': (parts) => {
    const refresh = new ScheduledRefresh({ ...parts, pacer: new Pacer(5, parts.clock) });
    const batch = new RefreshBatch({ ...parts, refresh });
    return async ({ tokenIds }: Batch, deadline): Promise<BatchAnswer> => {
      const runs = await Promise.allSettled(tokenIds.map((id) => batch.run(id, deadline)));
      await batch.finish(deadline);
      return { failed: tokenIds.filter((_, at) => runs[at]?.status === 'rejected') };
    };
  },
  housekeeper: (parts) => {
    const job = new HousekeepingJob({ ...parts, housekeeper: new Housekeeper(parts) });
    return (event, deadline) => job.run(parseHousekeeping(event), deadline);
  },
  'token-widget': (parts) => {
    const widget = new TokenWidget(parts);
    return (event, deadline) => widget.answer(event, WIDGET_ARN, deadline);
  },
  recover: (parts) => {
    const recovery = new Recovery({ ...parts, tokensPerSecond: 100 });
    return () => recovery.run({ mode: 'repair' });
  },
};
