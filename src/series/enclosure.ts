/**
 * From an estimate and the two ends of its enclosure, already rounded in their directions to whole counts of
 * 10^-places, to the figures that are published.
 */
import { commonDigits, decimalText } from './decimal.ts';
import type { Figures } from './definition.ts';
import { doubleAbove } from './double.ts';

export interface Enclosed {
  /** The double nearest to the estimate. */
  readonly value: number;
  /** Decimals that are printed, ≥ 1. */
  readonly places: number;
  /** In units of 10^-places: the estimate to nearest, a lower end rounded down, an upper end rounded up. */
  readonly nearest: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
  readonly exhausted: boolean;
}

export function enclosedFigures({ value, places, nearest, lower, upper, exhausted }: Enclosed): Figures {
  if (lower > upper) throw new RangeError(`enclosure is empty: ${lower} > ${upper}`);
  const [low, high] = [decimalText(lower, places), decimalText(upper, places)];
  return {
    value,
    decimal: decimalText(nearest, places),
    lower: low,
    upper: high,
    digits: commonDigits(low, high),
    width: doubleAbove(upper - lower, 10n ** BigInt(places)),
    exhausted,
  };
}
