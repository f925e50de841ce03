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

export type Summary = ReturnType<typeof summary>;
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** A figure of ours beside that of `peer`; null is what there was nothing to compare with, or no goal. */
export interface Beside {
  readonly figure: string;
  readonly ours: Summary;
  readonly peer: string;
  readonly theirs: Summary | null;
  readonly unit: string;
  /** Our median / theirs. */
  readonly ratio: number | null;
  readonly goal: Goal | null;
  /** By our median, or by the ratio where the goal is one. */
  readonly met: boolean | null;
}

export interface Report {
  readonly bench: string;
  /** What was compared, and how. */
  readonly how: string;
  readonly rows: readonly (Row | Beside)[];
}

export interface BenchOptions {
  /** Fewer rounds, where a bench knows how. */
  readonly quick: boolean;
}

export type Bench = (options: BenchOptions) => Promise<Report>;

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

export function beside(
  figure: string,
  unit: string,
  peer: string,
  values: { readonly ours: readonly number[]; readonly theirs: readonly number[] | null },
  goal: Goal | null,
  goalOf: 'ours' | 'ratio' = 'ours',
): Beside {
  const ours = summary(values.ours);
  const theirs = values.theirs === null ? null : summary(values.theirs);
  const ratio = theirs === null ? null : ours.median / theirs.median;
  const judged = goalOf === 'ours' ? ours.median : ratio;
  const met = goal === null || judged === null ? null : isMet(goal, judged);
  return { figure, ours, peer, theirs, unit, ratio, goal, met };
}

function isMet(goal: Goal, value: number): boolean {
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

export function printJson({ bench, how, rows }: Report): void {
  console.log(
    JSON.stringify({ bench, how, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, rows }),
  );
}

export function printTable({ bench, how, rows }: Report): void {
  console.log(`${bench}: ${how}`);
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
  console.table(Object.fromEntries(rows.map((shown) => [shown.figure, cells(shown)])));
}

function cells(shown: Row | Beside) {
  const ratio = shown.ratio === null ? '' : short(shown.ratio);
  if ('median' in shown) {
    const { median, low, high, unit } = shown;
    return { median: short(median), low: short(low), high: short(high), unit, ratio };
  }
  const { ours, peer, theirs, unit, goal, met } = shown;
  return {
    ours: short(ours.median),
    low: short(ours.low),
    high: short(ours.high),
    beside: theirs === null ? '' : `${peer} ${short(theirs.median)}`,
    unit,
    ratio,
    goal: goal === null ? '' : 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`,
    met: met === null ? '' : met ? 'yes' : 'no',
  };
}

/** Three digits, as a number, so that the table shows no quotes. */
function short(value: number): number {
  return Number(value.toPrecision(3));
}

/** A sign of life on stderr, where it is in the way of neither table nor JSON. */
export function progress(step: string): void {
  console.error(`  ${step}`);
}
