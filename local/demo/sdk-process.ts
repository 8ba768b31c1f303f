/**
 * An application of the demo: a process of its own with the real Zoho SDK, whose store is Latchkey
 * as the environment names it. Takes one order over the IPC channel, answers it, and ends.
 */
import * as Zoho from '@zohocrm/typescript-sdk-8.0';
import { LatchkeyClient } from '../../lib/client/latchkey-client.ts';
import { ZohoTokenStore } from '../../lib/client/zoho-token-store.ts';
import { accountOf } from './crm-account.ts';
import { moveClockAhead } from './moved-clock.ts';
import type { Outcome, SdkOrder, Wanted } from './sdk-task.ts';
import { ZOHO_URL_VARIABLE } from './sdk-variables.ts';

const store = new ZohoTokenStore(LatchkeyClient.fromEnvironment());
const zohoUrl = process.env[ZOHO_URL_VARIABLE] ?? '';

function perform({ task, input }: SdkOrder): Promise<Outcome> {
  switch (task) {
    case 'logIn': {
      const { clientId, clientSecret } = input.client;
      const builder = new Zoho.OAuthBuilder().clientId(clientId).clientSecret(clientSecret);
      return initialize(builder.grantToken(input.grantToken).build());
    }
    case 'find':
      return initialize(tokenToFind(input));
  }
}

function tokenToFind(wanted: Wanted): Zoho.OAuthToken {
  const builder = new Zoho.OAuthBuilder();
  switch (wanted.by) {
    case 'user':
      return builder.userSignature(new Zoho.UserSignature(wanted.userName)).build();
    case 'refresh token': {
      const { clientId, clientSecret } = wanted.client;
      return builder
        .clientId(clientId)
        .clientSecret(clientSecret)
        .refreshToken(wanted.refreshToken)
        .build();
    }
    case 'id':
      return builder.id(wanted.id).build();
  }
}

/** Starts the SDK as an application does: it looks for its token in the store. */
async function initialize(token: Zoho.OAuthToken): Promise<Outcome> {
  try {
    await new Zoho.InitializeBuilder()
      .environment(Zoho.DataCenter.setEnvironment(zohoUrl, `${zohoUrl}/oauth/v2/token`, zohoUrl))
      .token(token)
      .store(store)
      .resourcePath(process.cwd())
      .initialize();
  } catch (error) {
    if (!(error instanceof Zoho.SDKException)) throw error;
    return { refused: { code: codeOf(error), message: error.message } };
  }
  const accessToken = token.getAccessToken() ?? '';
  return {
    token: {
      id: token.getId() ?? '',
      userName: token.getUserSignature()?.getName() ?? '',
      accessToken,
      refreshToken: token.getRefreshToken() ?? '',
      expiresAt: Number(token.getExpiresIn()),
      account: await accountOf(zohoUrl, accessToken),
    },
  };
}

/** Private in the SDK's types; its documentation tells applications to read it. */
function codeOf(error: Zoho.SDKException): string {
  return String(Reflect.get(error, 'code'));
}

// Ctrl-C reaches the whole process group: the demo ends us when it has finished cleaning up.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
process.once('message', (order: SdkOrder) => {
  moveClockAhead(order.aheadMs);
  perform(order).then(
    (outcome) => process.send?.({ outcome }, () => process.exit()),
    // An error's text may quote a request: its class has to do.
    (error: unknown) => process.send?.({ failed: (error as Error).name }, () => process.exit()),
  );
});
