import { expect, it, test } from 'vitest';
import type { Epoch, Offset } from '../../../../src/protocols/position.ts';
import { codecOf } from '../../../../src/protocols/wire/codecs.ts';
import { farewells } from '../../../../src/protocols/wire/farewell.ts';
import type { Opening } from '../../../../src/protocols/wire/frame-codec.ts';

const codec = codecOf('centrifuge-json');
const position = { epoch: '0123456789abcdef' as Epoch, offset: 7 as Offset };
const estimate = '{"run":"leibniz","n":8}';
const opening: Opening = { channel: 'pi', command: { id: 3, recovering: true, strict: false, ttl: 60 } };
/** The text of a frame that is shorter than 126 bytes or 64 KiB. */
const text = (frame: Uint8Array) => new TextDecoder().decode(frame.subarray((frame[1] ?? 0) < 126 ? 2 : 4));
const state = { run: 'leibniz', state: 'running', reason: null } as const;
const subscribed = {
  recoverable: true,
  positioned: true,
  epoch: position.epoch,
  offset: 7,
  was_recovering: true,
  expires: true,
  ttl: 60,
};

test.each([
  ['a ping', codec.ping(), {}],
  [
    'an estimate, as it is stored',
    codec.estimate('pi', position, estimate),
    { push: { channel: 'pi', pub: { data: { run: 'leibniz', n: 8 }, offset: 7 } } },
  ],
  [
    'a conflated estimate',
    codec.conflated('pi', position, estimate, 2),
    { push: { channel: 'pi', pub: { data: { run: 'leibniz', n: 8, skipped: 2 }, offset: 7 } } },
  ],
  [
    'a snapshot, as the reply and its only publication',
    codec.snapshot(opening, position, 'history-gone', estimate),
    {
      id: 3,
      subscribe: {
        ...subscribed,
        recovered: false,
        data: { recovered: false, reason: 'history-gone' },
        publications: [{ data: { run: 'leibniz', n: 8 }, offset: 7 }],
      },
    },
  ],
  [
    'a recovery, from the position that was asked for, with what was missed',
    codec.recovered(opening, position, { ...state, recovered: true, missed: 1 }, [
      { offset: 8 as Offset, estimate },
    ]),
    {
      id: 3,
      subscribe: {
        ...subscribed,
        recovered: true,
        data: { ...state, recovered: true, missed: 1 },
        publications: [{ data: { run: 'leibniz', n: 8 }, offset: 8 }],
      },
    },
  ],
  ['a state, beside the channel', codec.state(state), { push: { message: { data: state } } }],
  [
    'a goodbye, with its code and reason',
    codec.bye('drain', 1_000),
    { push: { disconnect: { code: 3001, reason: 'shutdown' } } },
  ],
  [
    'an entry of the feed, without an offset',
    codec.supervision('exit', '{"seq":1}'),
    { push: { channel: 'supervision', pub: { data: { seq: 1 } } } },
  ],
])('JSON over WebSocket writes %s', (_what, frame, said) => {
  expect(JSON.parse(text(frame))).toEqual(said);
});

it('sends a client that has begun to subscribe anew, and gives an error to one that wants no snapshot', () => {
  const again = codec.insteadOfSnapshot(opening, true);
  expect(again && JSON.parse(text(again))).toEqual({
    push: { channel: 'pi', unsubscribe: { code: 2500, reason: 'insufficient state' } },
  });
  expect(codec.insteadOfSnapshot(opening, false)).toBeNull();
  const strict: Opening = { channel: 'pi', command: { id: 3, recovering: true, strict: true, ttl: null } };
  const refused = codec.insteadOfSnapshot(strict, false);
  expect(refused && JSON.parse(text(refused))).toMatchObject({ id: 3, error: { code: 112 } });
  const first: Opening = { channel: 'pi', command: { id: 3, recovering: false, strict: true, ttl: null } };
  expect(codec.insteadOfSnapshot(first, false)).toBeNull();
});

it('has plain words for every farewell: not empty, no JSON, and short enough for a close frame', () => {
  for (const { code, reason } of Object.values(farewells)) {
    expect(code).toBeGreaterThanOrEqual(3_000);
    expect(reason).toMatch(/^[a-z][a-z -]{3,122}$/);
    expect(() => JSON.parse(reason)).toThrow();
  }
});
