/**
 * A way to the database that breaks for good at the n-th packet sent through it: what a container
 * that dies in the middle of its work looks like to the server.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface BreakingConnection {
  readonly port: number;
  isBroken(): boolean;
  close(): Promise<void>;
}

export async function breakingConnection(to: number, packet: number): Promise<BreakingConnection> {
  const host = '127.0.0.1';
  const sockets = new Set<Socket>();
  let packets = 0;
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    const far = connect(to, host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', breakPair);
    }
    function breakPair() {
      near.destroy();
      far.destroy();
    }
    near.on('data', (data) => {
      packets += 1;
      if (packets >= packet) breakAll();
      else far.write(data);
    });
    far.on('data', (data) => near.write(data));
    if (packets >= packet) breakAll();
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    isBroken: () => packets >= packet,
    close: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
