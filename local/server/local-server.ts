/**
 * The store on an embedded AWS that runs all day, with a stand-in for Zoho if asked: starting,
 * rebuilding its functions, closing. Knows no terminal.
 */
import { buildBundles } from '../../infra/bundling/bundles.ts';
import type { LogLine } from '../aws/embedded-aws.ts';
import { Cleanup } from '../cleanup.ts';
import { deployLocally } from '../deployment.ts';
import { startFakeZoho } from '../zoho/fake-zoho-server.ts';
import type { LocalServerOptions } from './options.ts';

/** Enough to look back at; a server that runs all day cannot keep all of them. */
const REMEMBERED_CALLS = 1_000;

/** The client that is registered at the stand-in for Zoho. */
const CLIENT = { clientId: '1000.LATCHKEYLOCAL', clientSecret: 'local-client-secret' };

export interface LocalServer {
  readonly url: string;
  readonly zohoUrl?: string;
  /** What an application needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Bundles the functions from their sources; the next invocations run the new ones. */
  rebuild(): Promise<void>;
  close(): Promise<void>;
}

/** @throws Error which `explainStartFailure` puts into words; nothing is left open then */
export async function startLocalServer(
  options: LocalServerOptions,
  onLog: (line: LogLine) => void,
): Promise<LocalServer> {
  const { port, store, dataDirectory } = options;
  const cleanup = new Cleanup();
  try {
    const zoho = options.withZoho ? await startZoho(port, cleanup) : undefined;
    await buildBundles();
    const deployment = await deployLocally(
      { store, ...zoho?.settings },
      {
        port,
        onLog,
        rememberedCalls: REMEMBERED_CALLS,
        ...(dataDirectory !== undefined && { dataDirectory }),
      },
    );
    cleanup.add(() => deployment.close());
    return {
      url: deployment.aws.url,
      ...(zoho && { zohoUrl: zoho.url }),
      environment: { ...deployment.environment(), ...zoho?.environment },
      rebuild: async () => {
        await buildBundles();
        await deployment.aws.coldStart();
      },
      close: () => cleanup.run(),
    };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

/** On the port after the embedded AWS: stored tokens name it, so it has to stay the same. */
async function startZoho(awsPort: number, cleanup: Cleanup) {
  const zoho = await startFakeZoho({ port: awsPort === 0 ? 0 : awsPort + 1 });
  cleanup.add(() => zoho.close());
  zoho.register(CLIENT);
  return {
    url: zoho.base,
    settings: {
      dataCentre: 'local',
      moreDataCentres: { local: { accountsUrl: zoho.base, apiDomain: zoho.base } },
    },
    environment: {
      ZOHO_URL: zoho.base,
      ZOHO_CLIENT_ID: CLIENT.clientId,
      ZOHO_CLIENT_SECRET: CLIENT.clientSecret,
    },
  };
}
