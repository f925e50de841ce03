/** The binary format, held against the codec of the stock client on one side and against our JSON on the other. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { errors, unsubscribes } from '../../../../src/protocols/wire/centrifugal/codes.ts';
import { readCommands } from '../../../../src/protocols/wire/centrifugal/commands.ts';
import { messageText } from '../../../../src/protocols/wire/centrifugal/json.ts';
import {
  Connected,
  HistoryRead,
  type Message,
  PresenceCounted,
  Refreshed,
  Subscribed,
} from '../../../../src/protocols/wire/centrifugal/messages.ts';
import { messageBytes, readEmulated } from '../../../../src/protocols/wire/centrifugal/protobuf.ts';
import { typeOf } from '../../../../src/protocols/wire/centrifugal/schema.ts';
import { farewells } from '../../../../src/protocols/wire/farewell.ts';
import { jsonOf, stockCodec } from '../../../support/stock-codec.ts';

const estimate = { data: '{"run":"leibniz","n":8,"x":"π"}', offset: 2 ** 53 - 1 };
const subscribed = {
  recoverable: true,
  positioned: true,
  epoch: '0123456789abcdef',
  offset: 7,
  was_recovering: false,
  recovered: false,
};

const messages: readonly Message[] = [
  { id: 1, reply: 'connect', result: { client: 'c', version: 'zeno 1', ping: 25, pong: true } },
  {
    id: 2 ** 32 - 1,
    reply: 'connect',
    result: { client: 'c', version: 'v', ping: 1, pong: true, session: 's', expires: true, ttl: 60 },
  },
  { id: 2, reply: 'subscribe', result: subscribed, publications: [] },
  {
    id: 3,
    reply: 'subscribe',
    result: { ...subscribed, recovered: true, offset: 0, data: { missed: 2 }, expires: true, ttl: 1 },
    publications: [estimate, { data: '0', offset: 1 }, { data: 'null', offset: null }],
  },
  { id: 4, reply: 'history', result: { epoch: 'e', offset: 9 }, publications: [estimate] },
  { id: 5, reply: 'presence_stats', result: { num_clients: 0, num_users: 0 } },
  { id: 6, reply: 'refresh', result: {} },
  { id: 7, reply: 'refresh', result: { expires: true, ttl: 3 } },
  { id: 8, reply: 'sub_refresh', result: { expires: true, ttl: 3 } },
  { id: 9, reply: 'unsubscribe' },
  { id: 10, reply: 'ping' },
  ...Object.keys(errors).map(
    (error) => ({ id: 11, reply: 'error', error: error as keyof typeof errors }) as const,
  ),
  { push: 'publication', channel: 'leibniz', publication: estimate },
  { push: 'publication', channel: 'supervision', publication: { data: '""', offset: null } },
  ...Object.keys(unsubscribes).map(
    (why) => ({ push: 'unsubscribe', channel: 'a', why: why as keyof typeof unsubscribes }) as const,
  ),
  { push: 'message', data: { run: 'a', state: 'paused', reason: null } },
  ...Object.values(farewells).map((farewell) => ({ push: 'disconnect', ...farewell }) as const),
];

test.each(messages.map((message) => [messageText(message), message] as const))(
  'the stock client reads the same as in JSON: %s',
  (text, message) => {
    const [read, ...more] = stockCodec.decodeReplies(messageBytes(message));
    expect(more).toEqual([]);
    expect(JSON.parse(jsonOf(read))).toEqual(JSON.parse(jsonOf(JSON.parse(text))));
  },
);

it('publishes the bytes of the data to the letter', () => {
  const data = '{ "n" : 1.50,\t"x":"\\u03c0" }';
  const bytes = messageBytes({ push: 'publication', channel: 'a', publication: { data, offset: 1 } });
  const [read] = stockCodec.decodeReplies(bytes);
  expect(read).toMatchObject({ push: { pub: { data: new Uint8Array(Buffer.from(data)) } } });
});

test.each([
  ['ConnectResult', Connected],
  ['SubscribeResult', Subscribed],
  ['HistoryResult', HistoryRead],
  ['PresenceStatsResult', PresenceCounted],
  ['RefreshResult', Refreshed],
  ['SubRefreshResult', Refreshed],
])('every field of a %s has its number', (name, shape) => {
  const numbered = Object.keys(typeOf('Reply').lookupType(name).fields);
  expect(numbered).toEqual(expect.arrayContaining(Object.keys(shape.properties)));
});

/** As the stock client sends them. */
const encoded = (...commands: readonly object[]) => stockCodec.encodeCommands(commands);
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
/** `value` as a field of wire type 2; its number and length are below 16 and 128. */
const field = (number: number, value: Uint8Array) => [number * 8 + 2, value.length, ...value];
const framed = (...content: readonly number[]) => new Uint8Array([content.length, ...content]);

describe('commands in bytes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 }).map((s) => s.toWellFormed());
  const offset = fc.maxSafeNat();
  const id = fc.integer({ min: 1, max: 2 ** 32 - 1 });
  const channel = fc.string({ minLength: 1, maxLength: 20 });
  const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const wish = fc.record({ everyMs: fc.nat() });
  const command = fc.oneof(
    fc.record({ id, connect: fc.record({ token: some(text), name: some(text) }) }),
    fc.record({
      id,
      subscribe: fc.record({
        channel,
        token: some(text),
        recover: some(fc.boolean()),
        offset: some(offset),
        epoch: some(text),
        data: some(wish),
        flag: some(fc.nat(7)),
        delta: some(fc.constant('fossil')),
      }),
    }),
    fc.record({ id, unsubscribe: fc.record({ channel }) }),
    fc.record({
      id,
      history: fc.record({
        channel,
        limit: some(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
        reverse: some(fc.boolean()),
        since: some(fc.record({ offset: some(offset), epoch: some(text) })),
      }),
    }),
    fc.record({ id, presence_stats: fc.record({ channel }) }),
    fc.record({ id, presence: fc.record({ channel }) }),
    fc.record({ id, refresh: fc.record({ token: text }) }),
    fc.record({ id, sub_refresh: fc.record({ channel, token: text }) }),
    fc.record({ id, ping: fc.constant({}) }),
    fc.record({ id, rpc: fc.record({ method: text }) }),
    fc.record({ id, publish: fc.record({ channel }) }),
    fc.record({ id }),
    fc.constant({ send: {} }),
    fc.constant({}),
  );

  it('are what they are in JSON, however many are in one frame', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 5 }), (commands) => {
        const binary = commands.map((each) =>
          'subscribe' in each && each.subscribe.data !== undefined
            ? { ...each, subscribe: { ...each.subscribe, data: bytes(each.subscribe.data) } }
            : each,
        );
        const json = commands.map((each) => JSON.stringify(each)).join('\n');
        const read = readCommands(encoded(...binary));
        expect(read).not.toBeNull();
        // What is no field of ours is not read at all.
        const known = readCommands(json)?.map((each) => JSON.parse(JSON.stringify(each, without)));
        expect(JSON.parse(JSON.stringify(read))).toEqual(known);
      }),
    );
  });

  /** Leaves out the fields of a command that are passed over. */
  function without(name: string, value: unknown): unknown {
    return name === 'name' || name === 'delta' ? undefined : value;
  }

  it('pass over what is unknown, in the envelope and in the method', () => {
    const connect = field(4, Buffer.from([...field(1, Buffer.from('t')), ...field(9, Buffer.from('??'))]));
    const message = framed(0x08, 7, ...connect, ...field(15 - 13, Buffer.from('!')));
    expect(readCommands(message)).toEqual([{ method: 'connect', id: 7, params: { token: 't' } }]);
  });

  it.each([
    ['an offset beyond 2^53', { subscribe: { channel: 'a', offset: 2 ** 53 } }],
    ['a filter', { subscribe: { channel: 'a', tf: { op: 'x' } } }],
    ['data that is no JSON', { subscribe: { channel: 'a', data: Buffer.from('{') } }],
    ['data that is no text', { subscribe: { channel: 'a', data: Buffer.from([0x22, 0xff, 0x22]) } }],
    ['no channel', { subscribe: {} }],
    ['a negative flag', { subscribe: { channel: 'a', flag: -1 } }],
    ['a channel that is too long', { history: { channel: 'x'.repeat(256) } }],
    ['no token', { refresh: {} }],
  ])('that can be named and not obeyed are refused: %s', (_what, command) => {
    expect(readCommands(encoded({ ...command, id: 7 }))).toEqual([
      { method: 'refused', id: 7, error: 'badRequest' },
    ]);
  });

  const whole = encoded({ id: 1, connect: { token: 'a token' } });
  it.each([
    ['nothing', new Uint8Array(0)],
    ['a connect without id', encoded({ connect: {} })],
    ['a frame that is cut', whole.subarray(0, -1)],
    ['a frame that is less than its length, and whole without it', new Uint8Array([5, 0x08, 1])],
    ['a length that never ends', new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0x01])],
    ['a length that is cut', new Uint8Array([...whole, 0x80])],
    ['a field longer than its frame', framed(0x08, 1, 4 * 8 + 2, 9)],
    [
      'a field longer than its method',
      framed(0x08, 1, ...field(4, Buffer.from([0x0a, 9])), ...field(9, whole)),
    ],
    ['a field number that is none', framed(0x07)],
    ['JSON', Buffer.from('{"id":1,"connect":{}}')],
  ])('that can not be told apart condemn the message: %s', (_what, message) => {
    expect(readCommands(message)).toBeNull();
    expect(readCommands(Buffer.concat([whole, message]))).toEqual(
      message.length === 0 ? readCommands(whole) : null,
    );
  });

  it('are read from anything without a throw', () => {
    const mutated = fc
      .tuple(fc.array(command, { maxLength: 3 }), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
      .map(([commands, mutations]) => {
        const message = Buffer.from(encoded(...commands.filter((each) => !('subscribe' in each))));
        for (const [at, byte] of mutations) message[at % Math.max(1, message.length)] = byte;
        return message;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 60 })), (message) => {
        const read = readCommands(message);
        expect(read === null || read.length > 0).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });
});

it('reads what is posted beside a stream, and nothing else', () => {
  const data = encoded({ id: 1, ping: {} });
  const posted = stockCodec.encodeEmulationRequest({ session: 's', node: 'n', data });
  const read = readEmulated(posted);
  expect(read?.session).toBe('s');
  expect(read && readCommands(read.data)).toEqual([{ method: 'ping', id: 1, params: {} }]);
  expect(readEmulated(posted.subarray(0, -1))).toBeNull();
  expect(readEmulated(Buffer.from('{}'))).toBeNull();
  expect(readEmulated(new Uint8Array(0))).toBeNull();
});
