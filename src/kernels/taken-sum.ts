/** What a compiled two-bin loop has left in its module's memory. */
import type { KernelExports } from './module.ts';

/** The integer at 2^-98 that the last two-bin loop has summed. */
export function takenSum(module: KernelExports): bigint {
  return (module.sumFirst() << 50n) + (module.sumUpper() << 32n) + module.sumLower();
}
