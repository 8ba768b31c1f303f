/**
 * The store on an embedded AWS that runs all day, with a stand-in for Zoho if asked: starting,
 * rebuilding its functions, closing. Knows no terminal.
 */
import { buildBundles } from '../../infra/bundling/build-bundles.ts';
import { eventBusName, refreshQueueName } from '../../infra/resource-names.ts';
import type { EmbeddedAws, LogLine, PutEvent } from '../aws/embedded-aws.ts';
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
  readonly queue: string;
  readonly eventBus: string;
  /** What an application needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Bundles the functions from their sources; the next invocations run the new ones. */
  rebuild(): Promise<void>;
  close(): Promise<void>;
}

/** Who is told what happens. */
export interface Listener {
  readonly onLog: (line: LogLine) => void;
  readonly onEvent: (event: PutEvent) => void;
}

/** @throws Error which `explainStartFailure` puts into words; nothing is left open then */
export async function startLocalServer(
  options: LocalServerOptions,
  listener: Listener,
): Promise<LocalServer> {
  const { port, store, dataDirectory } = options;
  const cleanup = new Cleanup();
  let aws: EmbeddedAws | undefined;
  let eventsTold = 0;
  const onLog = (line: LogLine) => {
    // Functions put their events before they log what they did.
    const events = aws?.events() ?? [];
    for (const event of events.slice(eventsTold)) listener.onEvent(event);
    eventsTold = events.length;
    listener.onLog(line);
  };
  try {
    const nowMs = () => aws?.clock.nowMs() ?? Date.now();
    const zoho = options.withZoho ? await startZoho(port, nowMs, cleanup) : undefined;
    await buildBundles();
    const deployment = await deployLocally(
      { store, ...zoho?.settings },
      {
        port,
        onLog,
        scheduleInRealTime: true,
        rememberedCalls: REMEMBERED_CALLS,
        ...(dataDirectory !== undefined && { dataDirectory }),
      },
    );
    cleanup.add(() => deployment.close());
    aws = deployment.aws;
    return {
      url: deployment.aws.url,
      queue: refreshQueueName(deployment.settings),
      eventBus: eventBusName(deployment.settings),
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
async function startZoho(awsPort: number, now: () => number, cleanup: Cleanup) {
  const zoho = await startFakeZoho({ port: awsPort === 0 ? 0 : awsPort + 1, now });
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
