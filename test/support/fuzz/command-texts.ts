/**
 * Messages that a client may send or ought never to: commands as they should be, the same with one thing wrong, their
 * bytes mutilated, and noise. Arbitraries of fast-check, so that a failure shrinks and can be had again by its seed.
 */
import fc from 'fast-check';

const channels = [
  'leibniz',
  'basel',
  'lobby',
  'supervision',
  'nothing',
  '',
  'x'.repeat(255),
  'é'.repeat(256),
];
const epochs = ['', '_', '0123456789abcdef', 'epoch'];

const channel = fc.constantFrom(...channels);
const token = fc.constantFrom('', 'forged', 'eyJhbGciOiJub25lIn0.e30.');
const offset = fc.oneof(fc.nat(50), fc.constantFrom(0, -1, 0.5, 2 ** 53 - 1, 2 ** 53, 1e300));
const epoch = fc.constantFrom(...epochs);
const all = { requiredKeys: [] };

/** What a method takes, right or nearly so. */
const params: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  connect: fc.record({ token, data: fc.jsonValue(), name: fc.constant('js') }, all),
  subscribe: fc.record(
    {
      channel,
      token,
      data: fc.oneof(fc.jsonValue(), fc.record({ everyMs: offset })),
      recover: fc.boolean(),
      offset,
      epoch,
      flag: offset,
      tf: fc.constantFrom(null, {}),
      delta: fc.constant('fossil'),
    },
    all,
  ),
  unsubscribe: fc.record({ channel }, all),
  history: fc.record(
    { channel, limit: fc.integer(), since: fc.record({ offset, epoch }, all), reverse: fc.boolean() },
    all,
  ),
  presence_stats: fc.record({ channel }, all),
  presence: fc.record({ channel }, all),
  publish: fc.record({ channel, data: fc.jsonValue() }, all),
  rpc: fc.record({ method: fc.string(), data: fc.jsonValue() }, all),
  refresh: fc.record({ token }, all),
  sub_refresh: fc.record({ channel, token }, all),
  ping: fc.record({}),
  send: fc.record({ data: fc.jsonValue() }),
  constructor: fc.record({}),
  // As text: this name is special only to who builds objects carelessly.
  __proto__x: fc.record({ id: fc.nat(9) }),
};
const methods = Object.keys(params);

const id = fc.oneof(
  { weight: 8, arbitrary: fc.nat(1_000) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(-1, 0.5, 2 ** 53 - 1, 2 ** 53, 1e300, '1', null, true, [1]),
  },
);

/** One command of `method`, with or without an id, in either order of keys. */
function commandOf(method: string): fc.Arbitrary<string> {
  const name = method === '__proto__x' ? '__proto__' : method;
  const right = params[method] ?? fc.constant({});
  return fc
    .record({
      id: fc.option(id, { freq: 10, nil: undefined }),
      said: fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue() }),
      first: fc.boolean(),
    })
    .map(({ id: number, said, first }) => {
      const parts = [`${JSON.stringify(name)}:${JSON.stringify(said)}`];
      if (number !== undefined) parts[first ? 'unshift' : 'push'](`"id":${JSON.stringify(number)}`);
      return `{${parts.join(',')}}`;
    });
}

/** Commands as the protocol has them, most of them with parameters that can be obeyed. */
export const command = fc.constantFrom(...methods).chain(commandOf);

const pieces = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  '\n',
  '\0',
  '1e999',
  '-',
  'null',
  '"id":1',
  '{}',
  '\ud800',
];

interface Mutation {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(400),
  drop: fc.nat(4),
  put: fc.oneof(fc.constantFrom('', ...pieces), fc.string({ maxLength: 3, unit: 'binary' })),
});

function mutilate(text: string, mutations: readonly Mutation[]): string {
  return mutations.reduce((now, { at, drop, put }) => {
    const place = at % (now.length + 1);
    return now.slice(0, place) + put + now.slice(place + drop);
  }, text);
}

const lines = fc
  .array(
    fc.oneof({ weight: 12, arbitrary: command }, { weight: 1, arbitrary: fc.constantFrom('', ' ', '{}') }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((commands) => commands.join('\n'));

/** Anything one text message may hold. */
export const messageText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: lines },
  {
    weight: 4,
    arbitrary: fc
      .tuple(lines, fc.array(mutation, { minLength: 1, maxLength: 4 }))
      .map(([text, mutations]) => mutilate(text, mutations)),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
);
