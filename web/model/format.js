/** Numbers and times as people read them. */

const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** @param {number} n */
export const grouped = (n) => whole.format(n);

/** A rate, short: `1.21B`. @param {number} n */
export const short = (n) => compact.format(n);

/** Microseconds, in the unit that reads best. @param {number} us */
export function latency(us) {
  if (us < 1_000) return `${us} µs`;
  return us < 1_000_000 ? `${(us / 1_000).toFixed(1)} ms` : `${(us / 1_000_000).toFixed(1)} s`;
}

/** Seconds since, in words. @param {number} ms */
export function age(ms) {
  const s = Math.max(0, Math.round(ms / 1_000));
  if (s < 60) return `${s} s`;
  return s < 3_600 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3_600)} h`;
}
