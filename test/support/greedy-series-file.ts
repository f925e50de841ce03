/** A series of the user's own whose every partial wants more memory than there is. */
import type { SeriesId } from '../../src/protocols/identity.ts';
import { repeatingDecimal } from './repeating-decimal.ts';

export const series = repeatingDecimal({
  id: 'greedy' as SeriesId,
  partial() {
    const kept: bigint[] = [];
    for (;;) kept.push(1n << BigInt(1_000_000 + kept.length));
  },
});
