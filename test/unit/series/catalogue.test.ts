import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSeriesId, type SeriesId } from '../../../src/protocols/identity.ts';
import { catalogue, findSeries } from '../../../src/series/catalogue.ts';
import { chudnovsky, gaussLegendre, machin, piText } from '../../support/oracle-pi.ts';

const id = (text: string): SeriesId => text as SeriesId;

describe('catalogue', () => {
  it('finds a series by its id and by its alias, and nothing else', () => {
    expect(findSeries(id('leibniz'))?.id).toBe('leibniz');
    expect(findSeries(id('basel'))?.id).toBe('basel');
    expect(findSeries(id('euler'))?.id).toBe('basel');
    expect(findSeries(id('nobody'))).toBeNull();
  });

  it('gives no name twice, and only names that can be named', () => {
    const names = catalogue.flatMap((series) => [series.id, ...series.aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(parseSeriesId(name)).toBe(name);
  });

  it('stands in docs/series.md, each with its formula, its bound and its source', () => {
    const docs = readFileSync(new URL('../../../docs/series.md', import.meta.url), 'utf8');
    for (const { id: name, limit, formula, bound, source } of catalogue) {
      const row = `| \`${name}\` | ${limit?.name ?? '–'} | ${formula} | ${bound} | ${source} |`;
      expect(docs).toContain(`\n${row}\n`);
    }
  });

  it('knows π to 60 digits, as three formulas that have nothing in common do', () => {
    for (const { limit } of catalogue.filter((series) => series.limit?.name === 'π')) {
      for (const formula of [machin, gaussLegendre, chudnovsky])
        expect(limit?.decimal).toBe(piText(formula, 60));
    }
  });
});
