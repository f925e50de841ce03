import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ring } from '../../../src/lib/ring.ts';

test('a ring is an array with two ends, whatever is done to it in whatever order', () => {
  const step = fc.constantFrom('push', 'unshift', 'shift');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const mailbox = new Ring<number>();
      const model: number[] = [];
      for (const [i, name] of steps.entries()) {
        if (name === 'shift') expect(mailbox.shift()).toBe(model.shift());
        else {
          mailbox[name](i);
          model[name](i);
        }
        expect(mailbox.length).toBe(model.length);
      }
      expect(mailbox.empty()).toEqual(model);
    }),
  );
});

test('a ring that was full of thousands is empty and usable after', () => {
  const mailbox = new Ring<number>();
  for (let i = 0; i < 5000; i += 1) mailbox.push(i);
  for (let i = 0; i < 5000; i += 1) expect(mailbox.shift()).toBe(i);
  expect(mailbox.shift()).toBe(undefined);
  mailbox.unshift(1);
  expect(mailbox.shift()).toBe(1);
});
