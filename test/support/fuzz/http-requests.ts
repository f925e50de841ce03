/**
 * Requests that are HTTP and whose every part may be wrong otherwise: method, path, query, headers, body. Written as
 * bytes, because a library that makes requests would mend or refuse what is to be tried.
 */
import fc from 'fast-check';
import { position, printable, target } from './http-targets.ts';

export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Bytes a header may hold, tabs and Latin letters among them. */
const value = fc.string({ unit: fc.constantFrom(...printable, ' ', '\t', 'é', 'ÿ'), maxLength: 24 });

const json = fc.jsonValue().map((said) => JSON.stringify(said));

const headerOf: Readonly<Record<string, fc.Arbitrary<string>>> = {
  origin: fc.constantFrom(
    'null',
    '',
    'https://evil.example',
    'http://127.0.0.1',
    'file://',
    'x y',
    'http://[::1',
  ),
  cookie: fc.constantFrom(
    'zeno_login=',
    'zeno_login=forged',
    'zeno_login=%',
    '=',
    ';;;',
    'a=b; zeno_login="x"',
    '__proto__=1',
  ),
  authorization: fc.constantFrom(
    '',
    'Bearer',
    'Bearer ',
    'Bearer forged',
    'bearer a b',
    'Basic eDp5',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
  ),
  'last-event-id': position,
  accept: fc.constantFrom('text/event-stream', '*/*', 'x'),
  'accept-encoding': fc.constantFrom('br', 'gzip', 'br;q=0, gzip;q=0', 'identity;q=0', ';;q'),
  'if-none-match': fc.constantFrom('*', '"x"', 'W/'),
  'x-forwarded-for': fc.constantFrom('10.0.0.1', 'x', ''),
  'x-forwarded-host': fc.constantFrom('evil.example', ''),
  'access-control-request-method': fc.constantFrom('POST', 'x'),
  range: fc.constantFrom('bytes=0-1'),
  'sec-websocket-protocol': fc.constantFrom('centrifuge-json', '', ',,', 'x y', 'a,a'),
  upgrade: fc.constantFrom('websocket', 'h2c', 'WebSocket', ''),
  'sec-websocket-key': fc.constantFrom('dGhlIHNhbXBsZSBub25jZQ==', 'short', ''),
  'sec-websocket-version': fc.constantFrom('13', '8', 'x'),
  expect: fc.constant('100-continue'),
  'x-anything': value,
};
const header = fc
  .constantFrom(...Object.keys(headerOf))
  .chain((name) => (headerOf[name] ?? value).map((said): readonly [string, string] => [name, said]));

const shaped = fc.constantFrom(
  '{"connect":{},"id":1}',
  '{"subscribe":{},"id":1}',
  '{"session":"x","data":"{}"}',
  '{"session":1}',
  '{}',
  '{"pace":{"mode":"sprint"}}',
  '{"pace":{"mode":"walk","termsPerSecond":0}}',
  '{"pace":{"mode":"walk","termsPerSecond":7}}',
  '{"paused":true}',
  '{"policy":"manual"}',
  '{"policy":"never"}',
  '{"path":"root/base/auth"}',
  '{"pid":"p1"}',
  '{"token":"forged"}',
  '{"token":""}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{}}}',
  '[]',
  'null',
  '"',
  '{',
  '{"pace":1e999}',
);
const body = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: shaped },
  { weight: 2, arbitrary: json },
  { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(`"${'x'.repeat(20_000)}"`, '['.repeat(9_000), '{"a":'.repeat(2_000)),
  },
);
const contentType = fc.constantFrom(
  'application/json',
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'x',
  '',
  'application/json, text/html',
  'application/octet-stream',
);

/** `host` is the server's own, as most of these requests name it. */
export function httpRequest(host: string): fc.Arbitrary<HttpRequest> {
  const hosts = fc.oneof(
    { weight: 20, arbitrary: fc.constant(host) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'evil.example',
        '127.0.0.1:1',
        '[::1]',
        'localhost',
        'a b',
        '',
        '127.1',
        '@',
      ),
    },
  );
  return fc
    .record({
      method: fc.constantFrom(
        'GET',
        'GET',
        'GET',
        'POST',
        'POST',
        'PATCH',
        'DELETE',
        'HEAD',
        'PUT',
        'OPTIONS',
        'TRACE',
      ),
      target,
      host: hosts,
      headers: fc.array(header, { maxLength: 4 }),
      body,
      contentType,
    })
    .map(({ method, target: at, host: named, headers, body: said, contentType: type }) => ({
      method,
      target: at,
      headers: [
        ['host', named],
        ['connection', headers.some(([name]) => name === 'upgrade') ? 'Upgrade' : 'close'],
        ...(said === '' ? [] : ([['content-type', type]] as const)),
        ...headers,
      ],
      body: said,
    }));
}

export function requestBytes({ method, target, headers, body }: HttpRequest): Buffer {
  const payload = Buffer.from(body);
  const lines = [...headers, ...(body === '' ? [] : ([['content-length', String(payload.length)]] as const))];
  const head = `${method} ${target} HTTP/1.1\r\n${lines.map(([name, said]) => `${name}: ${said}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), payload]);
}
