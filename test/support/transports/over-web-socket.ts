/** The Centrifugal protocol over a WebSocket, in JSON and in Protobuf. */
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { stockCodec } from '../stock-codec.ts';
import { connectCommand, Dialogue, type Wire } from './dialogue.ts';
import { type Told, toldInJson, toldInProtobuf } from './told.ts';
import { type TransportClient, TurnedAway } from './transport-client.ts';

interface Format {
  readonly protocols: readonly string[];
  write(command: object): string | Uint8Array;
  read(message: Buffer): readonly Told[];
}

const json: Format = {
  protocols: [],
  write: (command) => JSON.stringify(command),
  read: (message) => message.toString().split('\n').map(toldInJson),
};

const protobuf: Format = {
  protocols: ['centrifuge-protobuf'],
  write: (command) => stockCodec.encodeCommands([withBytes(command)]),
  read: toldInProtobuf,
};

/** What an application says is JSON in either format. */
export function withBytes(command: object): object {
  if (!('subscribe' in command) || typeof command.subscribe !== 'object') return command;
  const { subscribe } = command;
  if (subscribe === null || !('data' in subscribe)) return command;
  const data = new TextEncoder().encode(JSON.stringify(subscribe.data));
  return { ...command, subscribe: { ...subscribe, data } };
}

async function open(
  url: string,
  { protocols, write, read }: Format,
  from: string | undefined,
): Promise<Wire> {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/connection/websocket`,
    [...protocols],
    from === undefined ? {} : { localAddress: from },
  );
  onTestFinished(() => socket.terminate());
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('open', resolve).on('error', reject);
  socket.once('unexpected-response', (_request, response) => {
    text(response).then((body) => reject(new TurnedAway(response.statusCode ?? 0, body)), reject);
  });
  await promise;
  return {
    say: (command) => socket.send(write(command)),
    onTold(hear) {
      socket.on('message', (message) => {
        if (message instanceof Buffer) read(message).forEach(hear);
      });
    },
    closed: new Promise((ended) => {
      socket.once('close', (code) => ended(code));
    }),
    stall: () => socket.pause(),
    drain: () => socket.resume(),
    leave: () => socket.terminate(),
  };
}

function client(transport: string, format: Format): TransportClient {
  return {
    transport,
    async watch(url, run, wish = {}) {
      const wire = await open(url, format, wish.from);
      const dialogue = new Dialogue(wire, run, wish);
      wire.say(connectCommand, '');
      return dialogue;
    },
  };
}

export const webSocketJson = client('WebSocket', json);
export const webSocketProtobuf = client('WebSocket in Protobuf', protobuf);
