/**
 * How long the window is in which a death costs a grant of a provider that rotates: from when it
 * gives a new refresh token until Secrets Manager has it. With the functions as they are deployed.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildBundles } from '../../infra/bundling/build-bundles.ts';
import { startTestStore } from '../support/test-store.ts';

export interface WindowLength {
  readonly refreshes: number;
  readonly medianMs: number;
  readonly longestMs: number;
}

const REFRESHES = 100;
/** Until the function is warm. */
const REHEARSALS = 5;

export async function measureWindow(): Promise<WindowLength> {
  await buildBundles();
  let takenAtMs = 0;
  const provider = createServer((request, response) => {
    request.resume().once('end', () => {
      takenAtMs = performance.now();
      response.setHeader('content-type', 'application/json');
      const [access_token, refresh_token] = [newToken(), newToken()];
      response.end(JSON.stringify({ access_token, refresh_token, expires_in: 3_600 }));
    });
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const tokenUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/token`;
  const store = await startTestStore({ providers: { rotating: { tokenUrl } } });
  try {
    const lengthsMs: number[] = [];
    const after = async () => {
      lengthsMs.push(performance.now() - takenAtMs);
    };
    store.aws.faults.add({
      action: 'PutSecretValue',
      times: REFRESHES + REHEARSALS,
      kind: { type: 'hook', after },
    });
    for (let refresh = 0; refresh < REFRESHES + REHEARSALS; refresh += 1) {
      const { id } = await store.client.saveToken({
        token: {
          clientId: 'C',
          clientSecret: 'S',
          refreshToken: newToken(),
          provider: 'rotating',
        },
      });
      await store.client.getAccessToken({ id });
    }
    const sorted = lengthsMs.slice(REHEARSALS).sort((a, b) => a - b);
    return {
      refreshes: sorted.length,
      medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
      longestMs: sorted.at(-1) ?? 0,
    };
  } finally {
    await store.close();
    provider.close();
    provider.closeAllConnections();
  }
}

const newToken = (): string => randomBytes(16).toString('hex');
