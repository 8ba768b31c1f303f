/**
 * How each emulator is started and when it counts as up. Both keep everything in memory, so every
 * run begins empty. DynamoDB Local cannot be told an address: it takes its port on all interfaces.
 */
import { join } from 'node:path';
import { freePorts, HOST, untilAnswers } from './addresses.ts';
import type { Emulators } from './install.ts';
import { startServer } from './processes.ts';

export interface Endpoints {
  /** Secrets Manager, SQS and EventBridge. */
  readonly moto: string;
  readonly dynamodb: string;
}

export interface RunningEmulators {
  readonly endpoints: Endpoints;
  stop(): Promise<void>;
}

/** Starts both and waits until they answer; whatever was started is stopped again on failure. */
export async function startEmulators(
  root: string,
  emulators: Emulators,
  interrupt: AbortSignal,
): Promise<RunningEmulators> {
  const ports = await freePorts('moto', 'dynamodb');
  const endpoints = {
    moto: `http://${HOST}:${ports.moto}`,
    dynamodb: `http://${HOST}:${ports.dynamodb}`,
  };
  interrupt.throwIfAborted();

  const motoArgs = ['-m', 'moto.server', '--host', HOST, '--port', String(ports.moto)];
  const moto = startServer(
    { file: emulators.motoPython, args: motoArgs, cwd: root },
    join(root, 'moto.log'),
  );
  // -sharedDb: one set of tables whatever the client's credentials and region are.
  const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  const jar = ['-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const flags = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(ports.dynamodb)];
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
