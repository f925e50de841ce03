/** Chance as a parameter: ids, jitter and tokens come from a `Random`, which a test replaces by a seeded one. */
import { randomBytes } from 'node:crypto';

export interface Random {
  /** Uniform in [0, 1). */
  fraction(): number;
  /** `bytes` random bytes as lower-case hex, two digits a byte. */
  hex(bytes: number): string;
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
};

/** A random UUID (RFC 9562, version 4). */
export function uuid(random: Random): string {
  const digits = random.hex(16);
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join('-');
}
