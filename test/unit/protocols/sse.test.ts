import { expect, test } from 'vitest';
import type { RunId } from '../../../src/protocols/identity.ts';
import type { Epoch, Offset } from '../../../src/protocols/position.ts';
import { sseCodec, sseMark, sseRunsCodec } from '../../../src/protocols/wire/sse.ts';

const position = { epoch: '0123456789abcdef' as Epoch, offset: 7 as Offset };
const opening = { channel: 'leibniz', command: null };
const estimate = '{"run":"leibniz","n":8}';
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The frames of the contract, byte for byte. */
test.each([
  ['a greeting', sseCodec.hello(2_137) ?? new Uint8Array(), 'retry: 2137\n\n'],
  ['a ping', sseCodec.ping(), ': ping\n\n'],
  [
    'an estimate, as it is stored',
    sseCodec.estimate('leibniz', position, estimate),
    `event: estimate\nid: 0123456789abcdef:7\ndata: ${estimate}\n\n`,
  ],
  [
    'a conflated estimate',
    sseCodec.conflated('leibniz', position, estimate, 3),
    'event: estimate\nid: 0123456789abcdef:7\ndata: {"run":"leibniz","n":8,"skipped":3}\n\n',
  ],
  [
    'a snapshot',
    sseCodec.snapshot(opening, position, 'history-gone', estimate),
    `event: snapshot\nid: 0123456789abcdef:7\ndata: {"recovered":false,"reason":"history-gone","epoch":"0123456789abcdef","offset":7,"estimate":${estimate}}\n\n`,
  ],
  [
    'a snapshot of nothing yet',
    sseCodec.snapshot(opening, { ...position, offset: 0 as Offset }, 'first', null),
    'event: snapshot\nid: 0123456789abcdef:0\ndata: {"recovered":false,"reason":"first","epoch":"0123456789abcdef","offset":0,"estimate":null}\n\n',
  ],
  [
    'the state after a resume, which is no place to resume from',
    sseCodec.state({ run: 'leibniz', state: 'running', reason: null, recovered: true, missed: 12 }),
    'event: state\ndata: {"run":"leibniz","state":"running","reason":null,"recovered":true,"missed":12}\n\n',
  ],
  [
    'a goodbye',
    sseCodec.bye('drain', 3_120),
    'retry: 3120\nevent: bye\ndata: {"reason":"drain","reconnectMs":3120}\n\n',
  ],
  [
    'an entry of the supervision feed',
    sseCodec.supervision('exit', '{"seq":1}'),
    'event: exit\ndata: {"seq":1}\n\n',
  ],
])('SSE writes %s', (_what, bytes, written) => {
  expect(text(bytes)).toBe(written);
});

test('a stream of several runs says in every data which run it is of, and its id in a line before', () => {
  const { epoch } = position;
  expect(text(sseRunsCodec.estimate('leibniz', position, estimate))).toBe(
    `event: estimate\ndata: ${estimate}\n\n`,
  );
  expect(text(sseRunsCodec.snapshot(opening, position, 'first', null))).toBe(
    `event: snapshot\ndata: {"run":"leibniz","recovered":false,"reason":"first","epoch":"${epoch}","offset":7,"estimate":null}\n\n`,
  );
  const positions = new Map([
    ['leibniz' as RunId, position],
    ['basel' as RunId, { epoch, offset: 9 as Offset }],
  ]);
  expect(text(sseMark(positions))).toBe(`id: leibniz@${epoch}:7,basel@${epoch}:9\n`);
});
