/**
 * MiniStack on a free port of the loopback address, with everything in memory. It runs the deployed
 * functions as processes of its own, with the Node that runs this.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { QUIET_SDK } from '../../../local/quiet-sdk.ts';
import { freePorts, HOST, untilAnswers } from '../../emulators/addresses.ts';
import { emulatorEnvironment, REGION } from '../../emulators/environment.ts';
import { startServer } from '../../emulators/processes.ts';

/** What MiniStack takes callers for whose access key is no account number. */
const ACCOUNT = '000000000000';

export interface MiniStack {
  /** Every service answers here. */
  readonly url: string;
  /** What it and the functions print. */
  readonly logFile: string;
  queueUrl(name: string): string;
  queueArn(name: string): string;
  stop(): Promise<void>;
}

export async function startMiniStack(
  python: string,
  folder: string,
  interrupt: AbortSignal,
): Promise<MiniStack> {
  const { gateway: port } = await freePorts('gateway');
  const url = `http://${HOST}:${port}`;
  const logFile = join(folder, 'ministack.log');
  // It unpacks the functions there, beside a worker of its own in CommonJS: not under the project,
  // whose package.json would make a module of that.
  const temporary = mkdtempSync(join(tmpdir(), 'latchkey-ministack-'));
  const server = startServer(
    {
      file: python,
      args: ['-m', 'ministack'],
      cwd: folder,
      env: {
        ...emulatorEnvironment(),
        ...QUIET_SDK,
        PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
        TMPDIR: temporary,
        BIND_HOST: HOST,
        GATEWAY_PORT: String(port),
        MINISTACK_HOST: HOST,
        MINISTACK_REGION: REGION,
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        LAMBDA_EXECUTOR: 'local',
      },
    },
    logFile,
  );
  const stop = async () => {
    await server.stop();
    rmSync(temporary, { recursive: true, force: true });
  };
  try {
    await untilAnswers('MiniStack', server, `${url}/_ministack/health`, interrupt);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    logFile,
    queueUrl: (name) => `${url}/${ACCOUNT}/${name}`,
    queueArn: (name) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
    stop,
  };
}
