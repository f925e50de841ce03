/**
 * From an estimate and the two ends of its enclosure, already rounded in their directions, to the figures that are
 * published.
 */
import type { Figures } from '../definition.ts';
import { commonDigits, decimalText } from './decimal.ts';
import { doubleAbove, nearestDouble } from './double.ts';
import { shiftDown, shiftUp } from './integer.ts';

export interface Enclosed {
  /** The double nearest to the estimate. */
  readonly value: number;
  /** Decimals that are printed, ≥ 1. */
  readonly places: number;
  /** In units of 10^-places: the estimate to nearest, a lower end rounded down, an upper end rounded up. */
  readonly nearest: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
}

/** Throws where the enclosure is empty: a bound is wrong. */
export function enclosedFigures({ value, places, nearest, lower, upper }: Enclosed): Figures {
  if (lower > upper) throw new RangeError(`enclosure is empty: ${lower} > ${upper}`);
  const [low, high] = [decimalText(lower, places), decimalText(upper, places)];
  return {
    value,
    decimal: decimalText(nearest, places),
    lower: low,
    upper: high,
    digits: commonDigits(low, high),
    width: doubleAbove(upper - lower, 10n ** BigInt(places)),
  };
}

/** An estimate ≥ 0 and the ends of its enclosure, all in units of 2^-bits. */
export interface BinaryEnclosure {
  readonly estimate: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
}

/** Figures of `places` decimals from numbers at 2^-bits. */
export function binaryFigures(
  { estimate, lower, upper }: BinaryEnclosure,
  bits: number,
  places: number,
): Figures {
  const scale = 10n ** BigInt(places);
  const one = 1n << BigInt(bits);
  return enclosedFigures({
    value: nearestDouble(estimate, one),
    places,
    nearest: shiftDown(2n * estimate * scale + one, bits + 1),
    lower: shiftDown(lower * scale, bits),
    upper: shiftUp(upper * scale, bits),
  });
}
