/**
 * How each emulator is started and when it counts as up. Both keep everything in memory, so every
 * run begins empty. DynamoDB Local cannot be told an address: it takes its port on all interfaces.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulators } from './install.ts';
import { type Server, startServer } from './processes.ts';
import { SetupError } from './setup-error.ts';

const HOST = '127.0.0.1';
const STARTUP_LIMIT_MS = 60_000;
const POLL_MS = 50;

export interface Endpoints {
  /** Secrets Manager, SQS and EventBridge. */
  readonly moto: string;
  readonly dynamodb: string;
}

export interface RunningEmulators {
  readonly endpoints: Endpoints;
  stop(): Promise<void>;
}

/** Both ports are held before either is let go, or the two could be the same. */
async function twoFreePorts(): Promise<{ first: number; second: number }> {
  const hold = async () => {
    const holder = createServer().listen(0, HOST);
    await once(holder, 'listening');
    return { port: (holder.address() as AddressInfo).port, release: () => holder.close() };
  };
  const [first, second] = await Promise.all([hold(), hold()]);
  first.release();
  second.release();
  return { first: first.port, second: second.port };
}

/** Any HTTP answer will do: DynamoDB Local says 400 to a request without an operation. */
async function untilAnswers(name: string, server: Server, url: string, interrupt: AbortSignal) {
  const deadlineMs = performance.now() + STARTUP_LIMIT_MS;
  for (;;) {
    interrupt.throwIfAborted();
    const lastWords = server.lastWords();
    if (lastWords !== undefined) throw new SetupError(`${name} ended at its start:\n${lastWords}`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer) return void (await answer.body?.cancel());
    if (performance.now() > deadlineMs) {
      throw new SetupError(`${name} did not answer within ${STARTUP_LIMIT_MS / 1000} s`);
    }
    await sleep(POLL_MS);
  }
}

/** Starts both and waits until they answer; whatever was started is stopped again on failure. */
export async function startEmulators(
  root: string,
  emulators: Emulators,
  interrupt: AbortSignal,
): Promise<RunningEmulators> {
  const ports = await twoFreePorts();
  const endpoints = {
    moto: `http://${HOST}:${ports.first}`,
    dynamodb: `http://${HOST}:${ports.second}`,
  };
  interrupt.throwIfAborted();

  const motoArgs = ['-m', 'moto.server', '--host', HOST, '--port', String(ports.first)];
  const moto = startServer(
    { file: emulators.motoPython, args: motoArgs, cwd: root },
    join(root, 'moto.log'),
  );
  // -sharedDb: one set of tables whatever the client's credentials and region are.
  const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  const jar = ['-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const flags = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(ports.second)];
  const dynamodb = startServer(
    { file: 'java', args: [...quickStart, ...jar, ...flags], cwd: emulators.dynamodbLocalFolder },
    join(root, 'dynamodb-local.log'),
  );

  const stop = async () => void (await Promise.all([moto.stop(), dynamodb.stop()]));
  try {
    await Promise.all([
      untilAnswers('moto', moto, `${endpoints.moto}/moto-api/`, interrupt),
      untilAnswers('DynamoDB Local', dynamodb, endpoints.dynamodb, interrupt),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoints, stop };
}
