/** Nominal types: two values of the same shape but another meaning (an offset, a count) do not mix. */
declare const brand: unique symbol;

export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
