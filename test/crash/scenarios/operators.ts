/** What operators do: the buttons of the token list, and the recovery of a table that is behind or lost. */
import type { Action, ButtonPayload } from '../../../lib/console/widget-request.ts';
import { LANDING } from '../../../lib/console/widget-request.ts';
import { MINUTE_MS } from '../world/durations.ts';
import type { Stage } from '../world/stage.ts';
import { ROTATING_PROVIDER } from '../world/token-endpoints.ts';
import { type Act, operation, type Scenario } from './scenario.ts';

const ANN = 'ann of C';
const BOB = 'bob of C';
const ROTATING = { provider: ROTATING_PROVIDER } as const;
const STORED = { at: 'secretsmanager PutSecretValue', when: 'after' } as const;

/** A button beside a token, as the list shows it now. */
async function button(stage: Stage, action: Action, id: string): Promise<Act> {
  const { revision, failure } = await stage.row(id);
  const payload: ButtonPayload = {
    do: action,
    token: {
      ...{ id, revision, shownAtMs: stage.nowMs },
      ...(failure && { failedAtMs: failure.atMs }),
    },
    view: LANDING,
  };
  return operation(stage, 'token-widget', payload);
}

/** Three tokens, one of each fate; and what puts the table back to before that. */
async function livedOn(stage: Stage, restore: () => Promise<void>, ids: readonly string[]) {
  const [ann = '', bob = '', cid = ''] = ids;
  await stage.dying('get-access-token', { id: ann }, STORED);
  await stage.save({ id: bob, redirectUrl: 'https://a.example' });
  await stage.call('delete-token', { id: cid });
  const acknowledged = new Map([[bob, { id: bob, ...(await stage.content(bob)) }]]);
  stage.wait(10 * MINUTE_MS);
  await restore();
  return { ...operation(stage, 'recover', {}), acknowledged };
}

async function three(stage: Stage): Promise<string[]> {
  const ann = await stage.saved('ann', { expiresAt: stage.nowMs, ...ROTATING });
  return [ann.id, (await stage.saved('bob')).id, (await stage.saved('cid')).id];
}

export const OPERATORS: readonly Scenario[] = [
  ...[{}, ROTATING].map(
    (more): Scenario => ({
      name: `the token list: refresh now, at ${'provider' in more ? 'rotating' : 'zoho'}`,
      prepare: async (stage) => {
        const { id } = await stage.saved('ann', more);
        return button(stage, 'refresh', id);
      },
      ends: { [ANN]: 'active' },
    }),
  ),
  {
    name: 'the token list: refresh now, where a worker had refreshed and not committed',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann', { expiresAt: stage.nowMs, ...ROTATING });
      await stage.dying('get-access-token', { id }, STORED);
      stage.wait(MINUTE_MS);
      return button(stage, 'refresh', id);
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'the token list: refresh now, of a token that needs re-authorization',
    prepare: async (stage) => {
      const { id } = await stage.condemned('ann');
      return button(stage, 'refresh', id);
    },
    ends: { [ANN]: 'needs-reauthorization' },
    told: [`Token Needs Reauthorization: ${ANN}`],
  },
  {
    name: 'the token list: mark checked',
    prepare: async (stage) => {
      const { id } = await stage.condemned('ann');
      return button(stage, 'check', id);
    },
    ends: { [ANN]: 'needs-reauthorization' },
    told: [`Token Needs Reauthorization: ${ANN}`],
  },
  {
    name: 'recover a table that was put back to before all of this',
    prepare: async (stage) => {
      const ids = await three(stage);
      return livedOn(stage, await stage.backUpTable(), ids);
    },
    ends: { [ANN]: 'active', [BOB]: 'active' },
    told: ['Token Deleted: cid of C'],
  },
  {
    name: 'recover a table that is lost',
    prepare: async (stage) => {
      const empty = await stage.backUpTable();
      return livedOn(stage, empty, await three(stage));
    },
    ends: { [ANN]: 'active', [BOB]: 'active' },
  },
];
