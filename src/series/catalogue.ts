/** Every series Zeno knows, in the order a visitor sees them. A new one is a file of its own and a line here. */

import { apery } from './apery.ts';
import { basel } from './basel.ts';
import { bbp } from './bbp.ts';
import { brun } from './brun.ts';
import { catalan } from './catalan.ts';
import { catalanLupas } from './catalan-lupas.ts';
import { chudnovsky } from './chudnovsky.ts';
import type { SeriesDefinition } from './definition.ts';
import { e } from './e.ts';
import { erdosBorwein } from './erdos-borwein.ts';
import { gamma } from './gamma.ts';
import { goldenCf } from './golden-cf.ts';
import { leibniz } from './leibniz.ts';
import { ln2Geometric } from './ln2-geometric.ts';
import { ln2Mercator } from './ln2-mercator.ts';
import { machin } from './machin.ts';
import { madhava } from './madhava.ts';
import { monteCarloPi } from './monte-carlo-pi.ts';
import { nilakantha } from './nilakantha.ts';
import { primes } from './primes.ts';
import { ramanujan } from './ramanujan.ts';
import { sqrt2Binomial } from './sqrt2-binomial.ts';
import { sqrt2Newton } from './sqrt2-newton.ts';
import { viete } from './viete.ts';
import { wallis } from './wallis.ts';
import { zeta3 } from './zeta3.ts';

export const catalogue: readonly SeriesDefinition[] = [
  leibniz,
  basel,
  nilakantha,
  madhava,
  machin,
  wallis,
  viete,
  bbp,
  ramanujan,
  chudnovsky,
  e,
  ln2Mercator,
  ln2Geometric,
  zeta3,
  apery,
  catalan,
  catalanLupas,
  gamma,
  goldenCf,
  sqrt2Binomial,
  sqrt2Newton,
  monteCarloPi,
  primes,
  brun,
  erdosBorwein,
];

/** The series that goes by `id`, its own or an alias, in the catalogue or among `own`; null where there is none. */
export function findSeries(id: string, own: readonly SeriesDefinition[] = []): SeriesDefinition | null {
  const goesBy = (series: SeriesDefinition) =>
    series.id === id || series.aliases.some((alias) => alias === id);
  return catalogue.find(goesBy) ?? own.find(goesBy) ?? null;
}
