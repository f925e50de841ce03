import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameQueue } from '../../../../src/gateway/fan-out/frame-queue.ts';

const frames = ['first', 'second', 'third'].map((text) => new TextEncoder().encode(text));
const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = frames;

describe('a queue of frames', () => {
  it('joins all of them in order, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (some) => {
        let queue = FrameQueue.empty();
        for (const frame of some) queue = queue.with(frame);
        expect([...queue.joined()]).toEqual(some.flatMap((frame) => [...frame]));
        expect([queue.bytes, queue.frames]).toEqual([queue.joined().length, some.length]);
      }),
    );
  });

  it('gives one frame as it is, without a copy, also where it is a part of other bytes', () => {
    const part = first.subarray(1, 3);
    const joined = FrameQueue.empty().with(part).joined();
    expect([joined.buffer, joined.byteOffset, joined.length]).toEqual([part.buffer, part.byteOffset, 2]);
  });

  it('is the same for all who were given the same frames, and so are its joined bytes', () => {
    const empty = FrameQueue.empty();
    const queues = Array.from({ length: 3 }, () => empty.with(first).with(second));
    expect(new Set(queues).size).toBe(1);
    expect(new Set(queues.map((queue) => queue.joined())).size).toBe(1);
  });

  it('is not the same for frames that are merely equal, or in another order', () => {
    const empty = FrameQueue.empty();
    const queue = empty.with(first).with(second);
    expect(empty.with(first.slice()).with(second)).not.toBe(queue);
    expect(empty.with(second).with(first).joined().toString()).toBe('secondfirst');
  });

  it('is not changed by what others are given behind it', () => {
    const queue = FrameQueue.empty().with(first);
    queue.with(second);
    queue.with(third);
    expect(queue.joined().toString()).toBe('first');
  });

  it('that has forgotten makes its links anew', () => {
    const empty = FrameQueue.empty();
    const queue = empty.with(first);
    empty.forget();
    expect(empty.with(first)).not.toBe(queue);
  });
});
