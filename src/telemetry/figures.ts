/** What one metric has counted, by label, and who is asked for the rest when somebody looks. */
import { bounded, folded, other } from './labels.ts';

type Values = () => number | ReadonlyMap<string, number>;

export class Figures {
  readonly #kind: 'counter' | 'gauge';
  readonly #labelsMax: number;
  readonly #counted = new Map<string, number>();
  readonly #readers = new Set<Values>();

  constructor(kind: 'counter' | 'gauge', labelsMax: number) {
    this.#kind = kind;
    this.#labelsMax = labelsMax;
  }

  add(label: string, by: number): void {
    const own = this.#counted.get(label);
    if (own !== undefined) this.#counted.set(label, own + by);
    else this.#addNew(folded(label), by);
  }

  #addNew(label: string, by: number): void {
    const isFull = this.#counted.size >= this.#labelsMax - 1 && !this.#counted.has(label);
    const at = isFull ? other : label;
    this.#counted.set(at, (this.#counted.get(at) ?? 0) + by);
  }

  read(values: Values): () => void {
    this.#readers.add(values);
    return () => {
      if (!this.#readers.delete(values) || this.#kind === 'gauge') return;
      // A count never goes back: what this reader said last stays counted.
      for (const [label, value] of entriesOf(values())) this.add(label, value);
    };
  }

  /** By label, at most as many as are allowed; under '' where there is none. */
  sums(): ReadonlyMap<string, number> {
    const sums = new Map(this.#counted);
    for (const values of this.#readers) {
      for (const [text, value] of entriesOf(values())) {
        const label = folded(text);
        sums.set(label, (sums.get(label) ?? 0) + value);
      }
    }
    return bounded(sums, this.#labelsMax);
  }
}

function entriesOf(values: number | ReadonlyMap<string, number>): Iterable<readonly [string, number]> {
  return typeof values === 'number' ? [['', values]] : values;
}
