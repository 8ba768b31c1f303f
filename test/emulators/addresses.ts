/** Where emulators listen: free ports of the loopback address, and whether one answers there yet. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from './processes.ts';
import { SetupError } from './setup-error.ts';

export const HOST = '127.0.0.1';
const STARTUP_LIMIT_MS = 60_000;
const POLL_MS = 50;

/** All of them are held before any is let go, or two could be the same. */
export async function freePorts<const Names extends readonly string[]>(
  ...names: Names
): Promise<Record<Names[number], number>> {
  const held = await Promise.all(
    names.map(async (name) => {
      const holder = createServer().listen(0, HOST);
      await once(holder, 'listening');
      return { name, port: (holder.address() as AddressInfo).port, release: () => holder.close() };
    }),
  );
  for (const { release } of held) release();
  const ports = Object.fromEntries(held.map(({ name, port }) => [name, port]));
  return ports as Record<Names[number], number>;
}

/** Any HTTP answer will do: DynamoDB Local says 400 to a request without an operation. */
export async function untilAnswers(
  name: string,
  server: Server,
  url: string,
  interrupt: AbortSignal,
): Promise<void> {
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
