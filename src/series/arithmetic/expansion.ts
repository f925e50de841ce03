/**
 * Binary fractions to decimals, fast where there are millions: multiplying by a power of ten brings the next decimals
 * before the point, so halves of the decimals come from halves of the bits and no division is needed (Brent &
 * Zimmermann, Modern Computer Arithmetic, 1.7.2, turned from integers to fractions).
 */

/** Decimals that are written at once; halving further costs more than it saves. */
const LEAF_PLACES = 300;

/** Bits kept of a fraction beyond what its decimals need. */
const GUARD_BITS = 64;

/** No fraction is cut off by more than this many units of its last bit: one for each halving and one at the start. */
const SLACK = 64n;

interface Plan {
  /** Decimals of a leaf. */
  readonly places: number;
  /** The least number of bits with 2^bits ≥ 10^places. */
  readonly bits: number;
  readonly scale: bigint;
  /** 5^(places · 2^level) for every level of halving. */
  readonly powers: readonly bigint[];
}

/** The first `places` decimals, cut off, of fraction / 2^bits; 0 ≤ fraction < 2^bits, places ≥ 1. */
export function decimalsOf(fraction: bigint, bits: number, places: number): string {
  const plan = planFor(places);
  const level = plan.powers.length;
  const lift = bitsAt(plan, level) - bits;
  const written: string[] = [];
  const isSure = write(
    plan,
    level,
    lift >= 0 ? fraction << BigInt(lift) : fraction >> BigInt(-lift),
    written,
  );
  if (isSure) return written.join('').slice(0, places);
  return ((fraction * 10n ** BigInt(places)) >> BigInt(bits)).toString().padStart(places, '0');
}

function planFor(places: number): Plan {
  let levels = 0;
  while (places > LEAF_PLACES * 2 ** levels) levels += 1;
  const leaf = Math.ceil(places / 2 ** levels);
  const powers: bigint[] = [];
  for (let power = 5n ** BigInt(leaf); powers.length < levels; power *= power) powers.push(power);
  const scale = 10n ** BigInt(leaf);
  return { places: leaf, bits: scale.toString(2).length, scale, powers };
}

/** Bits of a fraction that holds the decimals of 2^level leaves. */
function bitsAt({ bits }: Plan, level: number): number {
  return bits * 2 ** level + GUARD_BITS;
}

/**
 * Writes the decimals of 2^level leaves of a number f that `fraction` stands for, cut off, in its last of
 * bitsAt(level) bits; false where what was cut off might matter. If fraction ≤ f ≤ fraction + e, the first half's
 * is cut to at most e·2^-bits + 1 of its units; the second half's, f times 10^d less what comes before the point,
 * to e·10^d·2^-(bits·2^(level−1)) + 1 ≤ e + 1, for 10^d ≤ 2^(bits·2^(level−1)). So e stays within SLACK, and a leaf
 * whose digits are the same at both ends of the uncertainty has those of f. A carry out of a second half shows
 * there, too: its first leaf would write one digit more.
 */
function write(plan: Plan, level: number, fraction: bigint, written: string[]): boolean {
  if (level === 0) {
    const scaled = fraction * plan.scale;
    const shift = BigInt(bitsAt(plan, 0));
    const digits = scaled >> shift;
    written.push(digits.toString().padStart(plan.places, '0'));
    return (scaled + SLACK * plan.scale) >> shift === digits;
  }
  const half = level - 1;
  const bits = bitsAt(plan, level);
  const places = plan.places * 2 ** half;
  const first = fraction >> BigInt(bits - bitsAt(plan, half));
  if (!write(plan, half, first, written)) return false;
  // 10^d = 5^d · 2^d: the power of two only moves the point.
  const behind = BigInt.asUintN(bits - places, fraction * (plan.powers[half] ?? 1n));
  return write(plan, half, behind >> BigInt(bits - places - bitsAt(plan, half)), written);
}
