import { expect, test } from 'vitest';
import { brief, oneLine } from '../../../src/lib/brief.ts';

test('a text of several lines is one line, cut where it is too long', () => {
  expect(oneLine(' a\n\tb  c ')).toBe('a b c');
  expect(oneLine('x'.repeat(400))).toHaveLength(300);
  expect(oneLine('abcdef', 4)).toBe('abc…');
});

test('a value is written as JavaScript would, and none of its own code is run', () => {
  expect(brief({ a: [1, 'two'] })).toBe("{ a: [ 1, 'two' ] }");
  const hostile = {
    [Symbol.for('nodejs.util.inspect.custom')]() {
      throw new Error('never run');
    },
  };
  expect(brief(hostile)).toContain('nodejs.util.inspect.custom');
});

test('a value that unfolds to millions is cut short before it is written', () => {
  let wide: unknown[] = [];
  for (let depth = 0; depth < 5; depth += 1) wide = new Array<unknown>(100).fill(wide);
  expect(brief(wide)).toHaveLength(300);
});
