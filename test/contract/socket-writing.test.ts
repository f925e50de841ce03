/**
 * The service writes to the sockets of a WebSocket library past that library. What holds the two together is held here,
 * against the stock client: whole frames and nothing else, whatever the library itself writes between them.
 */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { textFrame } from '../../src/protocols/wire/web-socket-frame.ts';
import { enter } from '../integration/gateway/entered-clients.ts';
import { type Gateway, startGateway, until } from '../integration/gateway/start-gateway.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** Around each border of a frame's three ways to write its length. */
const borders = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000];

/** A stock client that keeps what it reads. */
async function enterReading(gateway: Gateway) {
  const entered = await enter(gateway);
  const { client } = entered;
  const texts: string[] = [];
  const pongs: string[] = [];
  client.on('message', (data, isBinary) => texts.push(isBinary ? 'binary' : data.toString()));
  client.on('pong', (data) => pongs.push(data.toString()));
  // A frame that can't be read ends the connection with an error of the library.
  client.on('error', (error) => texts.push(error.message));
  return { ...entered, texts, pongs };
}

const unlimited = { outboxSoftBytes: 2 ** 30, outboxHardBytes: 2 ** 31, outboxTotalBytes: 2 ** 32 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('frames of every length come as they were, alone and joined, among the answers to a client’s pings', async () => {
  await using gateway = await startGateway({ limits: unlimited });
  const { client, connection, texts, pongs } = await enterReading(gateway);
  const { nat } = choices(1);
  const wanted: string[] = [];
  for (let round = 0; round < 40; round += 1) {
    for (let frames = nat(4); frames > 0; frames -= 1) {
      const text = `${wanted.length} `.padEnd(borders[nat(borders.length - 1)] ?? 0, 'x');
      wanted.push(text);
      connection.write(textFrame(text));
    }
    client.ping(`${round}`);
    if (nat(2) === 0) await turn();
  }
  await until(() => texts.length >= wanted.length && pongs.length >= 40);
  expect(texts).toEqual(wanted);
  expect(pongs).toEqual(Array.from({ length: 40 }, (_, round) => `${round}`));
});

it('no answer of the library stands inside a frame of which the socket has taken a part only', async () => {
  await using gateway = await startGateway({ limits: unlimited });
  const { client, connection, texts, pongs } = await enterReading(gateway);
  const wanted = Array.from({ length: 400 }, (_, number) => `${number} `.padEnd(60_000 + number, 'y'));
  client.pause();
  for (const [number, text] of wanted.entries()) {
    connection.write(textFrame(text));
    if (number % 10 === 0) client.ping(`${number}`);
    if (number % 7 === 0) await turn();
  }
  expect(connection.congested()).toBe(false);
  client.resume();
  await until(() => texts.length >= wanted.length && pongs.length >= 40);
  expect(texts).toEqual(wanted);
});

it('nothing follows a close frame, whoever closes, and what was said before the close comes before it', async () => {
  for (const whoCloses of ['client', 'server'] as const) {
    await using gateway = await startGateway();
    const { client, connection, texts } = await enterReading(gateway);
    const closed = once(client, 'close');
    for (let number = 0; number < 5; number += 1) connection.write(textFrame(`${number}`));
    if (whoCloses === 'server') connection.close('drain');
    else client.close(1000, 'enough');
    for (let late = 0; late < 20; late += 1) {
      connection.write(textFrame('late'));
      await turn();
    }
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual(whoCloses === 'server' ? [3001, 'shutdown'] : [1000, 'enough']);
    const before = texts.filter((text) => text !== 'late');
    expect(before).toEqual(['0', '1', '2', '3', '4']);
    if (whoCloses === 'server') expect(texts).toEqual(before);
    expect(texts.every((text) => /^(\d|late)$/.test(text))).toBe(true);
  }
});

it('a message that is too big is answered by a close that says so in plain words', async () => {
  await using gateway = await startGateway({ limits: { frameBytes: 1_000 } });
  const { client } = await enter(gateway);
  client.send('x'.repeat(1_001));
  const [code, reason] = await once(client, 'close');
  expect([code, String(reason)]).toEqual([1009, 'message too big']);
});

it('a client that broke the protocol and stays has to go', async () => {
  await using gateway = await startGateway({ limits: { frameBytes: 1_000, closeMs: 50 } });
  const { client, heard } = await enter(gateway);
  client.send('x'.repeat(1_001));
  client.pause();
  await until(() => heard.ends === 1);
});

/** Whole numbers from 0 to `most`, the same in every run. */
function choices(seed: number): { nat(most: number): number } {
  const random = seededRandom(seed);
  return { nat: (most) => Math.floor(random.fraction() * (most + 1)) };
}
