/**
 * `npm run local`: the store on an embedded AWS, until it is stopped. Exit code 0 when stopped, 1
 * when it cannot start, 2 for a wrong option.
 */
import './quiet-sdk.ts';
import { writeFileSync } from 'node:fs';
import type { LogLine, PutEvent } from './aws/embedded-aws.ts';
import { envFileText, exportLines } from './server/environment-text.ts';
import { Keyboard } from './server/keyboard.ts';
import { type LocalServer, startLocalServer } from './server/local-server.ts';
import { isWorthPrinting } from './server/log-filter.ts';
import { HELP, type LocalServerOptions, readOptions } from './server/options.ts';
import { explainStartFailure } from './server/start-failure.ts';

const keyboard = new Keyboard();

process.exitCode = await main();

async function main(): Promise<number> {
  let options: LocalServerOptions | 'help';
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  let server: LocalServer | undefined;
  try {
    server = await startLocalServer(options, {
      onLog: printLogLine,
      onEvent: printEvent,
    });
    if (options.envFile !== undefined) {
      writeFileSync(options.envFile, envFileText(server.environment), { mode: 0o600 });
    }
    serveUntilStopped(server);
    printWelcome(server, options);
    return 0;
  } catch (error) {
    await server?.close();
    console.error(explainStartFailure(error as Error, options) ?? error);
    return 1;
  }
}

function printWelcome(server: LocalServer, options: LocalServerOptions) {
  const { url, zohoUrl, queue, eventBus, environment } = server;
  const data = options.dataDirectory ?? 'in memory: gone when this stops';
  const toRebuild = keyboard.present ? 'press r' : `kill -HUP ${process.pid}`;
  const toStop = keyboard.present ? 'press q' : `kill ${process.pid}`;
  process.stdout.write(`
The store "${options.store}" is ready.

  AWS         ${url}
  data        ${data}
  schedules   refresh-dispatcher every minute, housekeeper every hour
  queue       ${queue}, from the dispatcher to refresh-worker
  event bus   ${eventBus}; what was put on it: curl ${url}/_embedded/events
  rebuild     ${toRebuild}
  stop        ${toStop}

Tokens are refreshed as time passes. To see it sooner, let the store's time jump by an hour. A restart
puts the clock right; what is kept then bears times that are still to come, so try this with --memory:

curl ${url}/_embedded/advance-minutes -d '{"minutes": 60}'

In the shell of your application:

${exportLines(environment)}`);
  if (zohoUrl !== undefined) printZoho(zohoUrl, environment);
  process.stdout.write('\nWhat the functions log, and the events they put on the bus:\n\n');
}

function printZoho(zohoUrl: string, environment: LocalServer['environment']): void {
  const request = {
    user: { email: 'ada@zylker.com', zgid: '7000' },
    clientId: environment['ZOHO_CLIENT_ID'],
  };
  process.stdout.write(`
The stand-in for Zoho forgets every user when it stops. A user consents, and gives you a grant token
that can be exchanged for 3 minutes, by:

curl ${zohoUrl}/_control/issueGrant -d '${JSON.stringify(request)}'
`);
}

function serveUntilStopped(server: LocalServer): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    keyboard.close();
    void server.close().then(() => process.stdout.write('Stopped.\n'));
  };
  let rebuilding = Promise.resolve();
  const rebuild = () => {
    rebuilding = rebuilding.then(() => rebuildAndTell(server));
  };
  process.stdout.on('error', stop);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // With a terminal it means that the terminal is gone.
  process.on('SIGHUP', keyboard.present ? stop : rebuild);
  keyboard.listen((key) => {
    if (key === 'r') rebuild();
    if (key === 'q') stop();
  });
}

async function rebuildAndTell(server: LocalServer): Promise<void> {
  try {
    await server.rebuild();
    process.stdout.write('Rebuilt: the next invocations run the new functions.\n');
  } catch (error) {
    console.error(`Not rebuilt, the functions stay as they are: ${(error as Error).message}`);
  }
}

function printLogLine({ functionName, text }: LogLine): void {
  if (isWorthPrinting(text)) process.stdout.write(`${functionName}  ${text}\n`);
}

function printEvent({ detailType, detail }: PutEvent): void {
  process.stdout.write(`event: ${detailType}  ${JSON.stringify(detail)}\n`);
}
