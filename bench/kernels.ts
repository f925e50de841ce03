/** How fast the arithmetic is: kernels beside C, the sieve beside primesieve, π beside GMP, the service beside its kernel. */
import { compiledKernels } from '../src/kernels/kernels.ts';
import { warmUp } from '../src/kernels/thread-work.ts';
import { findSeries } from '../src/series/catalogue.ts';
import { type BareThread, bareThread } from './kernels/bare-thread.ts';
import { lazySum } from './kernels/lazy.ts';
import { findNative, type Native } from './kernels/native.ts';
import { type NodeProcess, sleep, startNodeProcess, watch } from './node-process.ts';
import { type Bench, type Beside, beside, progress } from './report.ts';

const ROUNDS = 7;
const TERMS = 2 ** 28;
const LAZY_TERMS = 2 ** 21;
const PRIMES_TO = 999_999_990;
const DIGITS = 1_000_000;
/** Terms of Chudnovsky's series for so many digits. */
const DIGIT_TERMS = 70_514;
const SERVICE_MS = 2_000;
/** A run goes on for a moment when nobody watches any more; what is measured next must not pay for it. */
const REST_MS = 2_000;

const found = compiledKernels();

/** A figure's measurements by the side it is of. */
interface Measured {
  readonly ours: number[];
  readonly theirs: number[];
}

type Name = 'leibniz' | 'basel' | 'lazy' | 'primes' | 'pi' | 'workers' | 'service';

export const kernels: Bench = async () => {
  using native = findNative();
  warmUp(found);
  await using one = await startNodeProcess({ ZENO_WORKERS: '1' });
  await using two = await startNodeProcess({ ZENO_WORKERS: '2' });
  await using thread = await bareThread();
  await thread.rate();
  const measured = {
    leibniz: { ours: [], theirs: [] },
    basel: { ours: [], theirs: [] },
    lazy: { ours: [], theirs: [] },
    primes: { ours: [], theirs: [] },
    pi: { ours: [], theirs: [] },
    workers: { ours: [], theirs: [] },
    service: { ours: [], theirs: [] },
  } satisfies Record<Name, Measured>;
  for (let round = 0; round < ROUNDS; round += 1) {
    progress(`round ${round + 1} of ${ROUNDS}`);
    measureKernels(measured, native);
    await measureService(measured, { one, two, thread });
  }
  return { bench: 'kernels', how: how(native), rows: rows(measured, native) };
};

function measureKernels(measured: Record<Name, Measured>, native: Native): void {
  const { leibniz, basel, lazy, primes, pi } = measured;
  const naive = native.naive?.('leibniz', TERMS);
  leibniz.ours.push((1e6 * timeOf('leibniz', TERMS)) / TERMS);
  note(leibniz, naive);
  basel.ours.push((1e6 * timeOf('basel', TERMS)) / TERMS);
  note(basel, native.naive?.('basel', TERMS));
  lazy.ours.push((1e6 * elapsed(() => lazySum(LAZY_TERMS))) / LAZY_TERMS);
  note(lazy, naive);
  primes.ours.push(timeOf('primes', PRIMES_TO));
  note(primes, native.primesieve?.(0, PRIMES_TO - 1));
  pi.ours.push(timeOfPi());
  note(pi, native.gmp?.(DIGITS));
}

async function measureService(
  { workers, service }: Record<Name, Measured>,
  { one, two, thread }: { readonly one: NodeProcess; readonly two: NodeProcess; readonly thread: BareThread },
): Promise<void> {
  const alone = await thread.rate();
  const single = await serviceRate(one.url);
  service.ours.push(single);
  service.theirs.push(alone);
  workers.ours.push(await serviceRate(two.url));
  workers.theirs.push(single);
}

function note({ theirs }: Measured, value: number | undefined): void {
  if (value !== undefined) theirs.push(value);
}

/** Milliseconds in which the kernel of `id` sums terms [0, terms). */
function timeOf(id: string, terms: number): number {
  const kernel = found.find(({ series }) => series.id === id);
  if (kernel === undefined) throw new Error(`no kernel for ${id}`);
  return elapsed(() => kernel.sum(0, terms));
}

/** Milliseconds from nothing to the decimal digits. */
function timeOfPi(): number {
  const series = findSeries('chudnovsky');
  if (series === null) throw new Error('no series chudnovsky');
  let digits = 0;
  const ms = elapsed(() => {
    digits = series.evaluate(series.partial(0, DIGIT_TERMS), DIGIT_TERMS).digits ?? 0;
  });
  if (digits < DIGITS) throw new Error(`only ${digits} digits`);
  return ms;
}

function elapsed(work: () => unknown): number {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

/** Terms a second between two estimates that a watcher of the sprinting run gets. */
async function serviceRate(url: string): Promise<number> {
  const stream = await watch(url, 'leibniz');
  // The first ranges of a run that begins again are short: it finds its speed within a few.
  let first = await stream.next();
  for (let warm = 0; warm < 5; warm += 1) first = await stream.next();
  let latest = first;
  while (latest.atMs - first.atMs < SERVICE_MS) latest = await stream.next();
  stream.close();
  await sleep(REST_MS);
  return ((latest.n - first.n) * 1_000) / (latest.atMs - first.atMs);
}

function rows(measured: Record<Name, Measured>, native: Native): Beside[] {
  const row = (
    name: Name,
    figure: string,
    unit: string,
    peer: string,
    there: boolean,
    goal: Beside['goal'],
  ) => {
    const { ours, theirs } = measured[name];
    return beside(figure, unit, peer, { ours, theirs: there ? theirs : null }, goal, 'ratio');
  };
  const { naive, primesieve, gmp } = native;
  return [
    row('leibniz', 'leibniz, exact, one thread', 'ns/term', 'naive C', naive !== null, { atMost: 0.25 }),
    row('basel', 'basel, exact, one thread', 'ns/term', 'naive C', naive !== null, { atMost: 0.38 }),
    row('lazy', 'lazy JavaScript generators', 'ns/term', 'naive C', naive !== null, null),
    row('primes', 'primes below 10⁹, count and sum', 'ms', 'primesieve', primesieve !== null, { atMost: 2 }),
    row('pi', 'π to 10⁶ digits, chudnovsky', 'ms', 'GMP', gmp !== null, { atMost: 3 }),
    row('workers', 'service, two workers', 'terms/s', 'one worker', true, { atLeast: 1.9 }),
    row('service', 'service, one worker', 'terms/s', 'kernel alone', true, { atLeast: 0.95 }),
  ];
}

function how({ naive, primesieve, gmp }: Native): string {
  const missing = [
    ...(naive === null ? ['no cc'] : []),
    ...(primesieve === null ? ['no primesieve'] : []),
    ...(gmp === null ? ['no cc or no libgmp'] : []),
  ];
  const lacks = missing.length === 0 ? '' : ` Not compared: ${missing.join(', ')}.`;
  return `${ROUNDS} rounds of each in turn, medians; ratios are ours / theirs. Naive C is compiled with -O3 -march=native (${TERMS} terms each); primesieve counts with one thread; GMP runs the same series and writes the digits; the service is watched by one client for ${SERVICE_MS} ms a time.${lacks}`;
}
