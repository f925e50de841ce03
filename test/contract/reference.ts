/** What the catalogue is held against: limits as the literature has them, and how fast each series gets there. */

/** To 60 significant digits, cut off: OEIS A000796, A002117, A002162, A001113, A006752, A001620, A001622, A002193, A065442. */
export const constants = {
  π: '3.14159265358979323846264338327950288419716939937510582097494',
  'ζ(3)': '1.20205690315959428539973816151144999076498629234049888179227',
  'ln 2': '0.693147180559945309417232121458176568075500134360255254120680',
  e: '2.71828182845904523536028747135266249775724709369995957496696',
  G: '0.915965594177219015054603514932384110774149374281672134266498',
  γ: '0.577215664901532860606512090082402431042159335939923598805767',
  φ: '1.61803398874989484820458683436563811772030917980576286213544',
  '√2': '1.41421356237309504880168872420969807856967187537694807317667',
  E: '1.60669515241529176378330152319092458048057967150575643577807',
} as const;

export interface Reference {
  readonly limit: keyof typeof constants | null;
  readonly bound: 'rigorous' | 'statistical' | 'conditional' | 'exact';
  /** After `at` terms the enclosure has at least so many digits. */
  readonly at: number;
  readonly digits: number;
}

/** By id: rates of the catalogue, less what the last digits may lose to carries and bounds. */
export const references: Readonly<Record<string, Reference>> = {
  leibniz: { limit: 'π', bound: 'rigorous', at: 1e6, digits: 5 },
  basel: { limit: 'π', bound: 'rigorous', at: 1e6, digits: 5 },
  nilakantha: { limit: 'π', bound: 'rigorous', at: 1e4, digits: 11 },
  madhava: { limit: 'π', bound: 'rigorous', at: 1_000, digits: 475 },
  machin: { limit: 'π', bound: 'rigorous', at: 1_000, digits: 1_395 },
  wallis: { limit: 'π', bound: 'rigorous', at: 1e6, digits: 5 },
  viete: { limit: 'π', bound: 'rigorous', at: 500, digits: 299 },
  bbp: { limit: 'π', bound: 'rigorous', at: 1_000, digits: 1_200 },
  ramanujan1914: { limit: 'π', bound: 'rigorous', at: 500, digits: 3_980 },
  chudnovsky: { limit: 'π', bound: 'rigorous', at: 500, digits: 7_080 },
  e: { limit: 'e', bound: 'rigorous', at: 1_000, digits: 2_560 },
  'ln2-mercator': { limit: 'ln 2', bound: 'rigorous', at: 1e6, digits: 5 },
  'ln2-geometric': { limit: 'ln 2', bound: 'rigorous', at: 1_000, digits: 300 },
  zeta3: { limit: 'ζ(3)', bound: 'rigorous', at: 1e4, digits: 8 },
  apery: { limit: 'ζ(3)', bound: 'rigorous', at: 1_000, digits: 600 },
  catalan: { limit: 'G', bound: 'rigorous', at: 1e4, digits: 7 },
  'catalan-lupas': { limit: 'G', bound: 'rigorous', at: 1_000, digits: 600 },
  gamma: { limit: 'γ', bound: 'rigorous', at: 1e4, digits: 8 },
  'golden-cf': { limit: 'φ', bound: 'rigorous', at: 1_000, digits: 415 },
  'sqrt2-binomial': { limit: '√2', bound: 'rigorous', at: 1_000, digits: 300 },
  'sqrt2-newton': { limit: '√2', bound: 'rigorous', at: 8, digits: 150 },
  'monte-carlo-pi': { limit: 'π', bound: 'statistical', at: 1e6, digits: 0 },
  primes: { limit: null, bound: 'exact', at: 1e6, digits: 0 },
  brun: { limit: null, bound: 'conditional', at: 1e6, digits: 0 },
  'erdos-borwein': { limit: 'E', bound: 'rigorous', at: 1_000, digits: 300 },
};
