/** Numbers and times as people read them. */

const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** @param {number} n */
export const grouped = (n) => whole.format(n);

/** A whole number of any length, given in digits; any other text as it is. @param {string} text */
export const groupedText = (text) => (/^-?\d+$/.test(text) ? whole.format(BigInt(text)) : text);

/** So many of something. @param {number} count @param {string} one */
export const counted = (count, one) => `${grouped(count)} ${one}${count === 1 ? '' : 's'}`;

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
