/** Why a run is complete: what its arithmetic can say no more, in one sentence for the `state` event. */

/** The kernel's limit is reached. */
export const atKernelLimit = (termsMax: number): string =>
  `n = ${termsMax} is as far as its kernel counts exactly`;

/** The rounding bound has reached the bound on |limit − S_n|. */
export const ROUNDED_OUT =
  'its rounding bound has reached the bound on what is still missing: more terms would say no more';
