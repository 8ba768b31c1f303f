/** The eight functions of the contract: what is bad is refused, what is taken is kept as it is. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { FUNCTION_OF_OPERATION, type TokenJson } from '../../../lib/contract.ts';
import { trustedApiHosts } from '../../../lib/provider/api-hosts.ts';
import { ZOHO_DATA_CENTRES } from '../../../lib/provider/zoho-data-centres.ts';
import { examine, outcomeOf } from '../checks/invocation.ts';
import type { World } from '../engine/world.ts';
import { Bulk, textsIn } from '../inputs/bulk.ts';
import { eventsOf, NO_EVENTS } from '../inputs/events.ts';
import type { Input } from '../inputs/input.ts';
import { KNOWN_MEMBERS, type OperationFunction, SHAPES } from '../inputs/operation-events.ts';
import type { Target } from './target.ts';

/** A save is looked for in four ways, and deleted again. */
const SHARES: Partial<Record<OperationFunction, number>> = {
  'save-token': 1.5,
  'delete-tokens': 0.5,
  'restore-tokens': 0.5,
};

/** Each field as long as it may be, and a secret as large as Secrets Manager keeps, and a little more. */
const LARGE_SAVES: readonly Input[] = [
  { accessToken: new Bulk('text', 'x', 60_000) },
  { accessToken: new Bulk('text', 'x', 65_536) },
  { accessToken: new Bulk('text', '漢', 21_000) },
  { accessToken: new Bulk('text', '\u0000', 65_536) },
  { accessToken: new Bulk('text', 'x', 40_000), refreshToken: new Bulk('text', 'y', 40_000) },
].map((token) => ({ kind: 'large', event: { token } }));

export const OPERATIONS: readonly Target[] = Object.values(FUNCTION_OF_OPERATION).map(operation);

function operation(name: OperationFunction): Target {
  return {
    name,
    share: SHARES[name] ?? 1,
    always: name === 'save-token' ? [...NO_EVENTS, ...LARGE_SAVES] : NO_EVENTS,
    inputs: fc.oneof(...SHAPES[name].map(eventsOf)),
    attempt: async (input, world) => {
      const event = world.event(input.event);
      const invocation = await world.functions.invoke(name, event);
      const outcome = outcomeOf(invocation);
      const wrong = examine(name, invocation, {
        texts: textsIn(input.event),
        // A list is asked for everybody's.
        ofOthers: name === 'get-tokens' ? [] : world.secretsOfOthers,
      });
      if (outcome === 'accepted') wrong.push(...strangersIn(event));
      if (outcome === 'accepted' && wrong.length === 0) {
        wrong.push(...(await afterwards(name, event, invocation.value, world)));
      }
      return { outcome, wrong };
    },
  };
}

/** A secret of Secrets Manager holds no longer text. */
const LONGEST_TEXT = 65_536;

/** What must have been refused wherever it stands: members that no event has, and texts that none is. */
function strangersIn(event: unknown): string[] {
  if (typeof event === 'string') {
    const isText = event !== '' && event.isWellFormed() && event.length <= LONGEST_TEXT;
    return isText ? [] : [`it took a text that is none: ${JSON.stringify(event.slice(0, 80))}`];
  }
  if (typeof event !== 'object' || event === null) return [];
  return Object.entries(event).flatMap(([name, value]) => [
    ...(KNOWN_MEMBERS.has(name) ? [] : [`it took an event with a member ${JSON.stringify(name)}`]),
    ...strangersIn(value),
  ]);
}

async function afterwards(
  name: OperationFunction,
  event: unknown,
  answer: unknown,
  world: World,
): Promise<readonly string[]> {
  switch (name) {
    case 'save-token':
      return savedAsItWas(event as { token: TokenJson }, answer as Saved, world);
    case 'delete-token':
      return unharmed(world);
    case 'delete-tokens': {
      // The same request again is the same logout still, of whom there was then.
      if ((event as { requestId?: string | null }).requestId != null) {
        await world.keepTokens();
        return [];
      }
      const isGone = (await world.found(world.bystanderId)) === null;
      await world.keepTokens();
      return isGone ? [] : ['a token is found after deleteTokens'];
    }
    case 'restore-tokens':
      await world.keepTokens();
      return [];
    default:
      return [];
  }
}

const trustsApiHost = trustedApiHosts(ZOHO_DATA_CENTRES);

interface Saved {
  readonly id: string;
  readonly created: boolean;
}

/** It is found by its id, its user and its refresh token, exactly; and deleted for the next one. */
async function savedAsItWas(
  { token }: { readonly token: TokenJson },
  { id, created }: Saved,
  world: World,
): Promise<string[]> {
  const wrong: string[] = created ? [] : ['it was taken for a token that was there'];
  const given = Object.entries(token).filter(
    ([field, value]) => !(field === 'id' || value === null || isStrangeHost(field, token)),
  );
  // As it is answered: JSON knows no minus zero.
  const inJson = (value: object) => JSON.parse(JSON.stringify(value)) as unknown;
  const whole = inJson({ id, ...Object.fromEntries(given) });
  const compare = (how: string, found: TokenJson | null) => {
    if (!isDeepStrictEqual(inJson({ ...found }), whole)) {
      wrong.push(`found by ${how} as ${JSON.stringify(found)?.slice(0, 2_000)}`);
    }
  };
  compare('its id', await world.found(id));
  for (const named of namings(token)) {
    const { token: found } = await world.call<{ token: TokenJson | null }>('find-token', {
      token: named,
    });
    compare(Object.keys(named).join(' and '), found);
  }
  const { value } = await world.functions.invoke('get-access-token', { id });
  const { accessToken } = value as { accessToken?: string };
  if (accessToken !== undefined && accessToken !== token.accessToken) {
    wrong.push('getAccessToken answers another access token');
  }
  await world.call('delete-token', { id });
  if ((await world.found(id)) !== null) wrong.push('it is found after it was deleted');
  return [...wrong, ...(await unharmed(world))];
}

/** Of a token of Zoho's, an API domain that is none of Zoho's: it is not stored. */
function isStrangeHost(field: string, { apiDomain, provider }: TokenJson): boolean {
  if (field !== 'apiDomain' || apiDomain == null) return false;
  return !trustsApiHost({ apiDomain, provider: provider ?? 'zoho' });
}

/** Ways to name a token by what it has. */
function namings({ userName, clientId, clientSecret, refreshToken }: TokenJson): TokenJson[] {
  const client = { ...(clientId != null && { clientId }) };
  const byRefreshToken =
    clientId != null && clientSecret != null && refreshToken != null
      ? [{ clientId, clientSecret, refreshToken }]
      : [];
  return [...(userName == null ? [] : [{ userName, ...client }]), ...byRefreshToken];
}

async function unharmed(world: World): Promise<string[]> {
  return (await world.bystanderIsWell()) ? [] : ["another user's token is not as it was"];
}
