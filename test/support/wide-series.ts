/**
 * What ZENO_SERIES may name: a series whose estimates are as long as a packet is not. A few hundred of them are more
 * than the kernels' buffers between two processes hold, so that a reader that stalls is felt by its server at once.
 */
import type { SeriesId } from '../../src/protocols/identity.ts';
import type { SeriesDefinition } from '../../src/series/definition.ts';
import { encodeInteger } from '../../src/series/monoids/integer-text.ts';
import { textsOf } from '../../src/series/monoids/monoid.ts';
import { sums } from '../../src/series/monoids/sums.ts';

const PADDING = '7'.repeat(32 * 1024);
const TERMS_MAX = 2 ** 50;

/** Counts its terms. */
export const series: SeriesDefinition = {
  id: 'wide' as SeriesId,
  aliases: [],
  title: 'Wide',
  formula: 'n = 1 + 1 + 1 + …',
  source: 'Peano',
  start: 1,
  version: 1,
  limit: null,
  bound: 'exact',
  kernel: null,
  order: 'any',
  heavy: false,
  grain: 1,
  termsMax: TERMS_MAX,
  ...textsOf(sums(['count'], null)),
  partial: (from, to) => encodeInteger(BigInt(to - from)),
  evaluate: (_state, n) => ({
    value: n,
    decimal: String(n),
    lower: null,
    upper: null,
    digits: null,
    width: 0,
    values: { padding: PADDING },
  }),
  exhausted: (n) => (n >= TERMS_MAX ? 'there is no greater n' : null),
  accelerate: null,
};
