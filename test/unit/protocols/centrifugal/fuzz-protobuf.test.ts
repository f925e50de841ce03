/** The reader of binary commands under 90,000 messages: what the stock client writes is read as its JSON is, and no bytes make it throw. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { errors } from '../../../../src/protocols/wire/centrifugal/codes.ts';
import { type Command, readCommands } from '../../../../src/protocols/wire/centrifugal/commands.ts';
import { verdictsOf } from '../../../support/fuzz/command-oracle.ts';
import { stockCodec } from '../../../support/stock-codec.ts';

const RIGHT = 20_000;
const WRONG = 70_000;

const text = new TextEncoder();
const word = fc.constantFrom('', 'leibniz', 'lobby', 'é', 'x'.repeat(255), 'x'.repeat(256));
const all = { requiredKeys: [] };
const offset = fc.oneof(fc.nat(99), fc.constantFrom(2 ** 32, 2 ** 53 - 1));

/** Commands as JSON has them; only what either format can say. */
const method: fc.Arbitrary<Readonly<Record<string, object>>> = fc.oneof(
  fc.record({ connect: fc.record({ token: word, name: word }, all) }),
  fc.record({
    subscribe: fc.record(
      {
        channel: word,
        token: word,
        recover: fc.boolean(),
        offset,
        epoch: word,
        data: fc.jsonValue(),
        flag: fc.nat(9),
      },
      all,
    ),
  }),
  fc.record({ unsubscribe: fc.record({ channel: word }, all) }),
  fc.record({
    history: fc.record(
      {
        channel: word,
        limit: fc.integer(),
        since: fc.record({ offset, epoch: word }, all),
        reverse: fc.boolean(),
      },
      all,
    ),
  }),
  fc.record({ presence_stats: fc.record({ channel: word }, all) }),
  fc.record({ refresh: fc.record({ token: word }, all) }),
  fc.record({ sub_refresh: fc.record({ channel: word, token: word }, all) }),
  fc.record({ rpc: fc.record({ method: word }, all) }),
  fc.record({ presence: fc.record({ channel: word }, all) }),
  fc.record({ ping: fc.record({}) }),
);
const command = fc
  .tuple(method, fc.integer({ min: 1, max: 2 ** 32 - 1 }))
  .map(([said, id]): Readonly<Record<string, unknown>> => ({ ...said, id }));

/** What an application says is JSON in either format. */
function encoded(commands: readonly Readonly<Record<string, unknown>>[]): Uint8Array {
  return stockCodec.encodeCommands(
    commands.map((said) => {
      const { subscribe } = said;
      if (typeof subscribe !== 'object' || subscribe === null || !('data' in subscribe)) return said;
      return { ...said, subscribe: { ...subscribe, data: text.encode(JSON.stringify(subscribe.data)) } };
    }),
  );
}

const summary = (one: Command) =>
  one.method === 'refused'
    ? `${one.id} refused ${errors[one.error].code}`
    : `${'id' in one ? one.id : ''} ${one.method}`;

it(`reads ${RIGHT} messages of the stock client as it reads their JSON`, { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(command, { minLength: 1, maxLength: 3 }), (commands) => {
      const inBytes = readCommands(encoded(commands));
      const inText = readCommands(commands.map((said) => JSON.stringify(said)).join('\n'));
      expect(inBytes?.map(summary)).toEqual(inText?.map(summary));
    }),
    { numRuns: RIGHT },
  );
});

interface Mutation {
  readonly at: number;
  readonly drop: number;
  readonly put: Uint8Array;
}

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // Within its length, so that more than the length is wrong.
  fc.record({ at: fc.nat(40), drop: fc.constant(1), put: fc.uint8Array({ minLength: 1, maxLength: 1 }) }),
  fc.record({ at: fc.nat(200), drop: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) }),
  fc.record({ at: fc.nat(9), drop: fc.nat(3), put: fc.constant(new Uint8Array(11).fill(0xff)) }),
);

function mutilate(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  return mutations.reduce((now, { at, drop, put }) => {
    const place = at % (now.length + 1);
    return Uint8Array.from([...now.subarray(0, place), ...put, ...now.subarray(place + drop)]);
  }, bytes);
}

const wrong = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.array(command, { minLength: 1, maxLength: 2 }),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
      )
      .map(([commands, mutations]) => mutilate(encoded(commands), mutations)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
);

it(`reads ${WRONG} messages of any bytes without a throw, and obeys none that breaks the rules`, {
  timeout: 60_000,
}, () => {
  let obeyed = 0;
  let condemned = 0;
  fc.assert(
    fc.property(wrong, (bytes) => {
      const commands = readCommands(bytes);
      if (commands === null) condemned += 1;
      for (const one of commands ?? []) {
        if (!('id' in one && 'params' in one)) continue;
        obeyed += 1;
        const { id, method: name, params } = one;
        const judged = verdictsOf(JSON.stringify({ id, [name]: params }));
        if (judged?.[0]?.kind !== 'obey') throw new Error(`obeys ${JSON.stringify(one)}`);
      }
    }),
    { numRuns: WRONG },
  );
  expect(Math.min(obeyed, condemned)).toBeGreaterThan(WRONG / 50);
});
