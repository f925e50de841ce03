/** What a bench finds, and how it is shown. */
import { cpus } from 'node:os';

export interface Row {
  readonly figure: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  /** Against the row that counts as 1; null where nothing is compared. */
  readonly ratio: number | null;
}

export interface Report {
  readonly bench: string;
  /** What was compared, and how. */
  readonly how: string;
  readonly rows: readonly Row[];
}

export type Bench = () => Promise<Report>;

/** Median, least and greatest of `values`, which are not empty. */
export function summary(values: readonly number[]): { median: number; low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), low: at(0), high: at(1) };
}

export function row(figure: string, values: readonly number[], unit: string, one: number | null = null): Row {
  const all = summary(values);
  return { figure, ...all, unit, ratio: one === null ? null : all.median / one };
}

export function printJson({ bench, how, rows }: Report): void {
  console.log(
    JSON.stringify({ bench, how, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, rows }),
  );
}

export function printTable({ bench, how, rows }: Report): void {
  console.log(`${bench}: ${how}`);
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
  console.table(
    Object.fromEntries(
      rows.map(({ figure, median, low, high, unit, ratio }) => [
        figure,
        {
          median: short(median),
          low: short(low),
          high: short(high),
          unit,
          ratio: ratio === null ? '' : short(ratio),
        },
      ]),
    ),
  );
}

/** Three digits, as a number, so that the table shows no quotes. */
function short(value: number): number {
  return Number(value.toPrecision(3));
}

/** A sign of life on stderr, where it is in the way of neither table nor JSON. */
export function progress(step: string): void {
  console.error(`  ${step}`);
}
