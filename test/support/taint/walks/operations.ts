/** Every operation, where it succeeds, is refused, and fails; with secrets where none belong. */
import { FILTERS } from '../../../../lib/console/token-condition.ts';
import { FUNCTION_OF_OPERATION, type OperationName } from '../../../../lib/contract.ts';
import { WidgetCaller } from '../../widget-caller.ts';
import type { TaintedStore } from '../tainted-store.ts';
import { PROVIDER_REPLIES } from './provider-replies.ts';

export async function walkTheOperations(tainted: TaintedStore): Promise<void> {
  const { aws, zoho } = tainted.store;
  // Somebody will take the access token for a user name, and pages show what was typed.
  const accessToken = tainted.canaries.mintWord('access token');
  const own = { ...tainted.mintedToken('canary'), accessToken };
  const id = await saveAndFind(tainted, own);
  for (const [operation, event] of oddRequests(tainted)) await tainted.invoke(operation, event);

  const expired = { expiresAt: aws.clock.nowMs() - 1 };
  for (const [user, reply] of Object.entries(PROVIDER_REPLIES)) {
    const { token, id: failing } = await tainted.save(`on demand: ${user}`, expired);
    zoho.failNext(reply(token));
    await tainted.invoke('getAccessToken', { id: failing });
  }
  const refreshed = await tainted.save('refreshed on demand', expired);
  await tainted.invoke('findTokenById', { id: refreshed.id });
  await tainted.expectMintedAway();

  for (const action of ['BatchGetItem', 'TransactWriteItems', 'PutSecretValue'] as const) {
    aws.faults.add({ action, times: 50, kind: { type: 'serverError' } });
    const token = { ...own, id, redirectUrl: `https://app.example/${action}` };
    await tainted.invoke('saveToken', { token });
    aws.faults.clear();
  }
  await dieUnderWay(tainted, { ...own, id, redirectUrl: 'https://app.example/dead' });
  await lookAtEverything(tainted, [accessToken, 'canary']);
  await tainted.invoke('deleteToken', { id, revoke: true });
  await tainted.invoke('saveToken', { token: { ...own, id } });
  await tainted.invoke('restoreTokens', { id });
  await tainted.invoke('deleteTokens', {});
}

async function saveAndFind(
  tainted: TaintedStore,
  own: ReturnType<TaintedStore['mintedToken']>,
): Promise<string> {
  const { clientId, clientSecret, grantToken, refreshToken, accessToken } = own;
  const id = String((await tainted.invoke('saveToken', { token: own }))['id']);
  const newer = tainted.canaries.mint('access token');
  await tainted.invoke('saveToken', { token: { ...own, id, accessToken: newer } });
  const client = { clientId, clientSecret };
  for (const token of [
    { userName: own.userName },
    { ...client, grantToken },
    { ...client, refreshToken },
    { accessToken },
  ]) {
    await tainted.invoke('findToken', { token });
  }
  await tainted.invoke('findTokenById', { id });
  await tainted.invoke('getAccessToken', { id });
  await tainted.invoke('getTokens', {});
  return id;
}

/** Requests that are refused, each with a secret in another odd place. */
function oddRequests({ canaries }: TaintedStore): (readonly [OperationName, unknown])[] {
  const secret = () => canaries.mint('secret in an odd place');
  const word = () => canaries.mintWord('secret in an odd place');
  const letters = word().replaceAll(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '');
  const field = canaries.add('secret in an odd place', letters.slice(0, 30));
  const nested = (levels: number): unknown => (levels === 0 ? secret() : [nested(levels - 1)]);
  const anywhere: readonly ((value: string) => unknown)[] = [
    (value) => value,
    (value) => [value],
    (value) => ({ [value]: 1 }),
    (value) => ({ token: value }),
    (value) => ({ token: { [value]: value } }),
    (value) => ({ token: { accessToken: { [value]: value } } }),
    (value) => ({ token: { expiresAt: value } }),
    (value) => ({ token: { provider: value } }),
    (value) => ({ id: [value], cursor: value }),
    (value) => ({ id: value, limit: value }),
    (value) => JSON.parse(`{"__proto__":{"id":${JSON.stringify(value)}}}`),
  ];
  const everywhere = Object.keys(FUNCTION_OF_OPERATION).flatMap((operation) =>
    anywhere.map((place) => [operation as OperationName, place(secret())] as const),
  );
  return [
    ...everywhere,
    ['saveToken', { token: { [field]: 1 } }],
    ['saveToken', { token: nested(200) }],
    [
      'saveToken',
      { token: { refreshToken: secret().repeat(600), grantToken: word().repeat(700) } },
    ],
    ['saveToken', { token: { refreshToken: `${secret()}\ud800` } }],
    ['findTokenById', { id: secret() }],
    ['deleteToken', { id: secret() }],
    ['getTokens', { cursor: secret() }],
    ['getAccessToken', { userName: secret() }],
    ['restoreTokens', { id: secret() }],
    ['deleteTokens', { requestId: word() }],
  ];
}

/** The function's container dies in the middle of a save. */
async function dieUnderWay(tainted: TaintedStore, token: object): Promise<void> {
  const { aws, functionNames } = tainted.store;
  aws.faults.add({
    action: 'PutSecretValue',
    kind: { type: 'hook', before: () => aws.crash(functionNames.saveToken) },
  });
  await tainted.invoke('saveToken', { token });
}

/** The operator's list; and what somebody types there who has taken a token for a user name. */
async function lookAtEverything(tainted: TaintedStore, typed: readonly string[]): Promise<void> {
  const widget = new WidgetCaller(tainted.store);
  for (const state of FILTERS) tainted.pages.push(await widget.open({ params: { state } }));
  for (const find of typed) {
    const html = await widget.open({ forms: { find } });
    // What was typed stands in the field again, and in what a button looks for again.
    tainted.pages.push(html.replaceAll(find, 'typed'));
  }
  widget.close();
}
