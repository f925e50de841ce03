/** Why a run is complete: what its arithmetic can say no more, in one sentence for the `state` event. */

/** The compiled kernel's limit is reached. */
export const atKernelLimit = (termsMax: number): string =>
  `n = ${termsMax} is as far as its kernel counts exactly`;

/** A heavy series has grown as long as it may. */
export const atSizeLimit = (termsMax: number): string =>
  `n = ${termsMax} is as far as this series goes: beyond, its integers would be too long`;

/** The rounding bound has reached the bound on |limit − S_n|. */
export const ROUNDED_OUT =
  'its rounding bound has reached the bound on what is still missing: more terms would say no more';

/** `exhausted` of a series that nothing ends but its last term. */
export function endsAt(termsMax: number, reason: (termsMax: number) => string): (n: number) => string | null {
  return (n) => (n >= termsMax ? reason(termsMax) : null);
}
