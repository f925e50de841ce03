import { describe, expect, it } from 'vitest';
import type { Figures } from '../../../src/protocols/ports/figures.ts';
import type { Accelerated } from '../../../src/protocols/wire/estimate.ts';
import { decimalText } from '../../../src/series/arithmetic/decimal.ts';
import type { SeriesDefinition } from '../../../src/series/definition.ts';
import { leibniz } from '../../../src/series/leibniz.ts';
import { faultsOf } from '../../../src/series/self-check.ts';
import { digitByDigit, digitsOf, repeatingDecimal } from '../../support/repeating-decimal.ts';

/** The repeating decimal with other figures than its own. */
function withFigures(
  change: (figures: Figures, n: number) => Partial<Figures>,
  more: Partial<SeriesDefinition> = {},
) {
  const { evaluate } = repeatingDecimal();
  return repeatingDecimal({
    evaluate(state, n) {
      const figures = evaluate(state, n);
      return { ...figures, ...change(figures, n) };
    },
    ...more,
  });
}

/** The same, where nothing is known beyond what the ends show. */
function withEnds(change: (figures: Figures, n: number) => Partial<Figures>) {
  const { evaluate } = repeatingDecimal();
  return repeatingDecimal({
    evaluate(state, n) {
      const { known: _, ...figures } = evaluate(state, n);
      return { ...figures, ...change(figures, n) };
    },
  });
}

/** The repeating decimal with a tail, right but for what is changed. */
function withTail(changes: Partial<Accelerated>) {
  const tail = { terms: 1, decimal: '0.307', lower: '0.307', upper: '0.308', digits: 2, ...changes };
  return repeatingDecimal({ accelerate: () => tail });
}

let asked = 0;

describe('a definition', () => {
  it.each([
    ['merged with its neighbours', repeatingDecimal()],
    ['merged by the event loop', repeatingDecimal({ heavy: false })],
    ['sequential', digitByDigit()],
    ['of the catalogue', leibniz],
    [
      'shorter than what is looked at',
      repeatingDecimal({ termsMax: 3, exhausted: (n) => (n >= 3 ? 'its end' : null) }),
    ],
    [
      'that claims no enclosure',
      withFigures(() => ({ lower: null, upper: null, digits: null }), { bound: 'exact' }),
    ],
    ['with no limit', repeatingDecimal({ limit: null })],
    ['with a tail', withTail({})],
    [
      'whose ends are not written equally long',
      withEnds(({ lower }, n) => (n === 4 ? { lower: `${lower}00` } : {})),
    ],
    ['whose least range grows', repeatingDecimal({ leastRange: (from) => Math.sqrt(from) })],
    [
      'that knows its limit to sixty digits, and encloses it more tightly',
      repeatingDecimal({ limit: { name: 'x', decimal: decimalText(BigInt(digitsOf(0, 60)), 60) } }),
    ],
  ])('that is right has no faults: %s', (_what, definition) => {
    expect(faultsOf(definition)).toEqual([]);
  });

  const wrong: [what: string, definition: SeriesDefinition, fault: RegExp][] = [
    ['half a term as grain', repeatingDecimal({ grain: 0.5 }), /^grain is not a whole number of terms$/],
    ['no term as grain', repeatingDecimal({ grain: 0 }), /^grain is not a whole number of terms$/],
    ['an end within a grain', { ...leibniz, termsMax: 1_001 }, /^termsMax is not a multiple of grain/],
    [
      'no end',
      repeatingDecimal({ termsMax: Number.POSITIVE_INFINITY }),
      /^termsMax is not a multiple of grain/,
    ],
    [
      'an end that doubles cannot count to',
      repeatingDecimal({ termsMax: 2 ** 51 }),
      /^termsMax is not .* 2\^50$/,
    ],
    ['a grain of several terms, though heavy', { ...leibniz, heavy: true }, /^grain is not 1, though heavy/],
    [
      'no empty partial',
      repeatingDecimal({ partial: (from, to) => (from === to ? 'x' : digitsOf(from, to)) }),
      /^partial\(0, 0\) is not the empty partial$/,
    ],
    [
      'quotes in its texts',
      repeatingDecimal({ describe: leibniz.describe, partial: (from, to) => '"'.repeat(to - from) }),
      /plain ASCII text without quotes/,
    ],
    [
      'an empty partial that counts',
      repeatingDecimal({ merge: (a, b) => (b === '' ? `${a}0` : a + b) }),
      /^merging with the empty partial changes a partial$/,
    ],
    [
      'a merge that is not associative',
      repeatingDecimal({ merge: (a, b) => (a === '' ? b : a + [...b].reverse().join('')) }),
      /^merge is not associative/,
    ],
    [
      'a merge that is not commutative, though the order may be any',
      repeatingDecimal({ order: 'any', heavy: false }),
      /^merge is not commutative, but order is 'any': say 'adjacent'$/,
    ],
    [
      'partials that begin anew in each range',
      repeatingDecimal({ partial: (from, to) => digitsOf(0, to - from) }),
      /^the parts of a range merge to something else than the range$/,
    ],
    [
      'partials that are another text each time',
      repeatingDecimal({ partial: (from, to) => (from === to ? '' : String(asked++)) }),
      /^partial gives another text for the same range when it is asked again$/,
    ],
    [
      'a limit that is mistyped behind what its first terms can tell',
      {
        ...leibniz,
        limit: { name: 'π', decimal: '3.14259265358979323846264338327950288419716939937510582097494' },
      },
      /^at n = 4096 the limit 3\.1425\d+ is not in/,
    ],
    ['no way to complete', repeatingDecimal({ exhausted: () => null }), /^exhausted\(termsMax\) is null/],
    [
      'a description that is no integer',
      repeatingDecimal({
        describe: () => ({ monoid: 'state', values: { x: '1.5' }, scale: null, decimal: null }),
      }),
      /^describe gives a value that is no integer/,
    ],
    [
      'no enclosure, though rigorous',
      withFigures(() => ({ lower: null, upper: null, digits: null })),
      /^bound is 'rigorous', but at n = 1 there is no enclosure/,
    ],
    [
      'no enclosure, though statistical',
      withFigures(() => ({ lower: null, upper: null, digits: null }), { bound: 'statistical' }),
      /^bound is 'statistical', but at n = 1 there is no enclosure/,
    ],
    ['half an enclosure', withFigures(() => ({ upper: null })), /^at n = 1 only one end of the enclosure/],
    [
      'an enclosure upside down',
      withFigures(({ lower, upper }) => ({ lower: upper, upper: lower })),
      /^at n = 1 lower 0\.4 is above upper 0\.3$/,
    ],
    [
      'a limit outside its enclosure',
      repeatingDecimal({ limit: { name: 'x', decimal: '0.5' } }),
      /^at n = 1 the limit 0\.5 is not in \[0\.3, 0\.4\]$/,
    ],
    [
      'a limit that is wrong in its fortieth digit',
      repeatingDecimal({ limit: { name: 'x', decimal: `0.${digitsOf(0, 39)}9${digitsOf(40, 60)}` } }),
      /^at n = 40 the limit .* is not in/,
    ],
    [
      'enclosures that have nothing in common',
      withFigures((_, n) => (n < 4 ? {} : { lower: '0.90', upper: '0.91' }), { limit: null }),
      /^the enclosures at n = .* and n = .* have nothing in common/,
    ],
    [
      'a value that is no number',
      withFigures(() => ({ value: Number.NaN })),
      /^value at n = 1 is not a finite/,
    ],
    [
      'an estimate in another notation',
      withFigures(() => ({ decimal: '3e-1' })),
      /^decimal at n = 1 is "3e-1", not plain decimal digits$/,
    ],
    ['an end in another notation', withFigures(() => ({ lower: '.3' })), /^"\.3" at n = 1 is not plain/],
    ['digits that cannot be counted', withFigures(() => ({ digits: 0.5 })), /^digits at n = 1 is 0\.5/],
    [
      'digits of no enclosure',
      withFigures(() => ({ lower: null, upper: null }), { bound: 'exact' }),
      /^digits at n = 1 is \d, not the number of digits/,
    ],
    [
      'other digits than its enclosure',
      withEnds(({ digits }) => ({ digits: (digits ?? 0) + 1 })),
      /^digits at n = 4 is 4, but lower and upper have 3$/,
    ],
    [
      'other digits than it knows',
      withFigures(() => ({ digits: 7 })),
      /^digits at n = 4 is 7, but known has 3$/,
    ],
    [
      'a width less than its enclosure',
      withEnds(({ width }) => ({ width: width / 2 })),
      /^width at n = 1 is 0\.05, but upper − lower is 0\.1$/,
    ],
    [
      'a width more than its enclosure',
      withFigures(({ width }) => ({ width: 2 * width })),
      /^width at n = 1 is 0\.2, but upper − lower is 0\.1$/,
    ],
    [
      'an end that is neither said nor denied',
      Object.assign(repeatingDecimal(), {
        exhausted: (n: number) => (n >= 2 ** 14 ? 'all seen' : undefined),
      }),
      /^exhausted\(1\) is undefined, neither null nor a sentence$/,
    ],
    [
      'an end without a reason',
      repeatingDecimal({ exhausted: (n) => (n >= 2 ** 14 ? '' : null) }),
      /^exhausted\(16384\) is empty, neither null nor a sentence$/,
    ],
    [
      'a least range that is no number',
      repeatingDecimal({ leastRange: () => Number.NaN }),
      /^leastRange\(0\) is NaN, not a number of terms$/,
    ],
    [
      'a least range without end far out',
      repeatingDecimal({ leastRange: (from) => 1 / (2 ** 14 - 1 - from) }),
      /^leastRange\(16383\) is Infinity, not a number of terms$/,
    ],
    [
      'a tail that throws',
      repeatingDecimal({
        accelerate() {
          throw new Error('no tail today');
        },
      }),
      /^it throws on its own first terms: no tail today$/,
    ],
    ['a tail of more terms than there are', withTail({ terms: 5_000 }), /^accelerate\(1\) has 5000 terms/],
    ['a tail in words', withTail({ decimal: 'a third' }), /^accelerate\(1\) gives "a third", not plain/],
    [
      'a tail upside down',
      withTail({ lower: '0.4', upper: '0.3' }),
      /^accelerate\(1\) has lower 0\.4 above upper 0\.3$/,
    ],
    [
      'a tail with other digits than its ends',
      withTail({ digits: 3 }),
      /^accelerate\(1\) says digits 3, but its lower and upper have 2$/,
    ],
    [
      'a tail that misses the limit',
      withTail({ lower: '0.31', upper: '0.32', digits: 1 }),
      /^accelerate\(1\) has not the limit 0\.3074\d+ in \[0\.31, 0\.32\]$/,
    ],
    ['a width that is none', withFigures(() => ({ width: Number.NaN })), /^width at n = 1 is NaN/],
    [
      'something to throw',
      repeatingDecimal({
        partial() {
          throw new Error('not today');
        },
      }),
      /^it throws on its own first terms: not today$/,
    ],
  ];
  it.each(wrong)('that has %s is refused with that reason', (_what, definition, fault) => {
    expect(faultsOf(definition)).toContainEqual(expect.stringMatching(fault));
  });

  it('is told each of its faults once, also those found before it threw', () => {
    const faults = faultsOf(
      repeatingDecimal({
        partial: (from, to) => '"'.repeat(to - from),
        exhausted: () => null,
        describe: () => ({ monoid: 'state', values: {}, scale: null, decimal: null }),
      }),
    );
    expect(faults).toEqual([
      'a partial is not plain ASCII text without quotes',
      'exhausted(termsMax) is null: a run would never complete',
      expect.stringMatching(/^it throws on its own first terms: /),
    ]);
  });

  it('that cannot be cut into terms is asked nothing else', () => {
    expect(faultsOf(repeatingDecimal({ grain: Number.NaN, heavy: false }))).toHaveLength(1);
  });
});
