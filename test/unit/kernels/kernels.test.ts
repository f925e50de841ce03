/** Which kernels there are, and that none from other sources than these is let through. */
import { describe, expect, it } from 'vitest';
import { compiledKernels } from '../../../src/kernels/kernels.ts';
import { loadKernels } from '../../../src/kernels/module.ts';
import { catalogue } from '../../../src/series/catalogue.ts';

describe('compiledKernels', () => {
  it('has the one that each series of the catalogue names, under a name of its own, and no other', () => {
    const named = catalogue.filter(({ kernel }) => kernel !== null);
    const compiled = compiledKernels().map(({ series }) => series);
    expect(new Set(compiled)).toEqual(new Set(named));
    expect(new Set(compiled.map(({ kernel }) => kernel)).size).toBe(named.length);
  });

  const module = loadKernels();
  const stale: [loop: string, changed: Partial<typeof module>][] = [
    ['quads', { baselQuads: (from, count) => module.leibnizQuads(from, count) }],
    ['double-doubles', { catalanTerms: (from, count) => module.zeta3Terms(from, count) }],
    ['points', { pointsInside: (upper, first, count) => module.pointsInside(upper, first, count - 8) }],
    ['primes', { primeSums: (from, to) => module.primeSums(from, to - 1) }],
    ['twins', { twinCount: () => module.twinCount() + 1n }],
    [
      'the last quad of an odd number',
      { wallisQuads: (from, count) => module.wallisQuads(from, count & ~1) },
    ],
  ];
  it.each(stale)('says what to do where compiled %s say something else than their series', (_, changed) => {
    expect(() => compiledKernels({ ...module, ...changed })).toThrow(
      'The compiled kernels are out of date. Make them with: npm run build:kernels',
    );
  });
});
