/** A page of digits as HTTP shows it, from all that a run knows of its limit. */
import type { RunId } from '../protocols/identity.ts';
import type { KnownDigits } from '../protocols/mailbox/series.ts';
import type { DigitsView } from '../protocols/wire/digits.ts';
import type { BoundKind } from '../protocols/wire/estimate.ts';

/** Digits from index `from` on, `count` of them or as many as there are; a sign is not shown. */
export function digitsView(
  run: RunId,
  { position, n, known }: KnownDigits,
  bound: BoundKind,
  { from, count }: { readonly from: number; readonly count: number },
): DigitsView {
  const [whole = '', behind = ''] = known.replace('-', '').split('.');
  const before = whole.replace(/^0+/, '');
  const significant = before === '' ? behind.replace(/^0+/, '') : before + behind;
  return {
    run,
    position: { epoch: position.epoch, offset: position.offset },
    n,
    bound,
    total: significant.length,
    point: before.length,
    zeros: before === '' ? behind.length - significant.length : 0,
    from,
    digits: significant.slice(from, from + count),
  };
}
