/** The oracle at many n of one series, rising: what it has summed already it does not sum again. */
import {
  type OracleFigures,
  type OracleSeries,
  oracleBasel,
  oracleFigures,
  oracleLeibniz,
  quantized,
} from '../../support/oracle.ts';

export class RunningOracle {
  readonly #series: OracleSeries;
  #quads = 0;
  #sum = 0n;

  constructor(run: string) {
    this.#series = run.startsWith('basel') ? oracleBasel : oracleLeibniz;
  }

  /** `n` no less than in the call before. */
  at(n: number): OracleFigures {
    const series = this.#series;
    for (; this.#quads < Math.floor(n / 4); this.#quads += 1)
      this.#sum += quantized(series.quad(this.#quads));
    let sum = this.#sum;
    for (let index = 4 * this.#quads; index < n; index += 1) sum += quantized(series.term(index));
    return oracleFigures(series, sum, n);
  }
}
