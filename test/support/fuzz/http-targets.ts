/** Paths and queries: those of the API, the same with something wrong, and noise. */
import fc from 'fast-check';

export const printable = Array.from({ length: 0x5e }, (_, at) => String.fromCharCode(0x21 + at));
const word = fc.string({ unit: fc.constantFrom(...printable), maxLength: 12 });
const run = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('leibniz', 'basel', 'euler', 'nope', 'leibniz-0123456789') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '..',
      '.',
      '%',
      '%zz',
      '%00',
      '%2e%2e',
      '%2F',
      '__proto__',
      'constructor',
      'LEIBNIZ',
      'leibniz%20',
      '%F0%9F%92%A9',
      '%ff',
      'x'.repeat(101),
      'x'.repeat(5_000),
      ':run',
      '*',
    ),
  },
  { weight: 1, arbitrary: word.map((text) => text.replaceAll(/[/?#]/g, '')) },
);
const path = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(
        run,
        fc.constantFrom(
          '',
          '/events',
          '/partial',
          '/digits',
          '/runs',
          '/reset',
          '/retry',
          '/events/',
          '/nowhere',
        ),
      )
      .map(([name, tail]) => `/v1/series/${name}${tail}`),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '/',
      '//',
      '/v1/series',
      '/v1/series/',
      '/v1/events',
      '/connection/sse',
      '/connection/http_stream',
      '/emulation',
      '/v1/supervision/tree',
      '/v1/supervision/events',
      '/v1/supervision/kill',
      '/v1/node/kill',
      '/v1/login',
      '/v1/logout',
      '/healthz',
      '/readyz',
      '/web/main.js',
      '/web/../package.json',
      '/web/%2e%2e/package.json',
      '/vendor/centrifuge.js',
      '/connection/websocket',
      '/metrics',
      '/openapi.json',
      '/favicon.ico',
    ),
  },
  { weight: 2, arbitrary: word.map((text) => `/${text.replaceAll(/[?#]/g, '')}`) },
);

const parameter = fc.constantFrom(
  'everyMs',
  'runs',
  'cf_connect',
  'lastEventID',
  'since',
  'from',
  'to',
  'count',
  'path',
  'after',
  'limit',
  'node',
  'format',
  'cf_protocol',
  'x',
);
export const position = fc.constantFrom(
  '',
  '0123456789abcdef:3',
  '0123456789abcdef:99999999999999999999',
  '0123456789ABCDEF:1',
  'x:y',
  ':',
  '1',
  'leibniz@0:1,basel@0:2',
);
// Ranges are short or too long: what lies between would keep the machine busy.
const argument = fc.oneof(
  position,
  fc.constantFrom(
    'leibniz,basel',
    'leibniz,leibniz',
    'leibniz,nope',
    ',',
    '%7B%22connect%22:%7B%7D,%22id%22:1%7D',
  ),
  fc.nat(5_000).map(String),
  fc.constantFrom(
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '+1',
    '9007199254740991',
    '9007199254740992',
    '99999999999999999999',
    'NaN',
  ),
  fc.constantFrom('root', 'root/base', 'root/nowhere', 'a%00b', '%', 'protobuf', 'json', '', 'true'),
  word.map((text) => text.replaceAll(/[#&]/g, '')),
);
/** What a path takes, where it takes something. */
const taken: readonly (readonly [path: RegExp, parameters: readonly string[]])[] = [
  [/events/, ['everyMs', 'lastEventID', 'runs']],
  [/partial/, ['from', 'to']],
  [/digits/, ['from', 'count']],
  [/tree/, ['path', 'after', 'limit', 'node']],
  [/websocket/, ['format', 'cf_protocol']],
  [/sse/, ['cf_connect']],
  [/series\/?$/, ['since']],
];

function queryOf(at: string): fc.Arbitrary<string> {
  const known = taken.find(([of]) => of.test(at))?.[1] ?? [];
  const name =
    known.length === 0 ? parameter : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, parameter);
  return fc
    .array(fc.tuple(name, argument), { maxLength: 3 })
    .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map(([key, said]) => `${key}=${said}`).join('&')}`));
}

/** Path and query. */
export const target = path.chain((at) => queryOf(at).map((asked) => `${at}${asked}`));
