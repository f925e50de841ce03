/** Terms a second of one sprinting run: the lazy way in plain JavaScript, the kernel alone, and the whole service. */
import { startThread } from '../src/kernels/start-thread.ts';
import type { RangeResult } from '../src/protocols/ports/compute-thread.ts';
import { leibniz } from '../src/series/leibniz.ts';
import { startNodeProcess, watch } from './node-process.ts';
import { type Bench, progress, row, summary } from './report.ts';

const ROUNDS = 7;
const GENERATOR_TERMS = 2 ** 21;
/** About as many as the service puts into one range. */
const KERNEL_TERMS = 2 ** 26;
const KERNEL_RANGES = 20;
const SERVICE_MS = 2_000;

export const throughput: Bench = async () => {
  const generators: number[] = [];
  const kernel: number[] = [];
  const service: number[] = [];
  const node = await startNodeProcess({ ZENO_WORKERS: '1' });
  const thread = kernelThread();
  await thread.rate();
  for (let round = 0; round < ROUNDS; round += 1) {
    progress(`round ${round + 1} of ${ROUNDS}`);
    generators.push(rate(GENERATOR_TERMS, () => lazySum(GENERATOR_TERMS)));
    kernel.push(await thread.rate());
    service.push(await serviceRate(node.url));
  }
  await thread.end();
  await node.stop();
  const one = summary(kernel).median;
  return {
    bench: 'throughput',
    how: `${ROUNDS} rounds of each in turn, leibniz, one thread: a chain of lazy generators (terms → running sums → take), the service's own kernel in a bare thread (ranges of 2^26 terms, the kernel's time alone), and one watcher of the running service with ZENO_WORKERS=1 (terms between two estimates ${SERVICE_MS} ms apart).`,
    rows: [
      row('lazy JavaScript generators', generators, 'terms/s', one),
      row('kernel alone', kernel, 'terms/s', one),
      row('through the service', service, 'terms/s', one),
    ],
  };
};

/** A thread as the service has them, without the service. */
function kernelThread() {
  let told: (result: RangeResult) => void = () => {};
  const thread = startThread({ ready: () => {}, result: (result) => told(result), exit: () => {} });
  const sum = (id: number) =>
    new Promise<RangeResult>((resolve) => {
      told = resolve;
      thread.run({ id, kernel: leibniz.kernel, from: id * KERNEL_TERMS, to: (id + 1) * KERNEL_TERMS });
    });
  return {
    async rate() {
      let elapsedMs = 0;
      for (let id = 0; id < KERNEL_RANGES; id += 1) elapsedMs += (await sum(id)).elapsedMs;
      return (KERNEL_RANGES * KERNEL_TERMS * 1_000) / elapsedMs;
    },
    end: () => thread.terminate(),
  };
}

function rate(terms: number, work: () => unknown): number {
  const beganMs = performance.now();
  work();
  return (terms * 1_000) / (performance.now() - beganMs);
}

function* terms(): Generator<number> {
  for (let k = 0; ; k += 1) yield (k % 2 === 0 ? 4 : -4) / (2 * k + 1);
}

function* sums(values: Iterable<number>): Generator<number> {
  let sum = 0;
  for (const value of values) {
    sum += value;
    yield sum;
  }
}

function lazySum(count: number): number {
  let last = 0;
  let taken = 0;
  for (const sum of sums(terms())) {
    last = sum;
    taken += 1;
    if (taken === count) break;
  }
  return last;
}

async function serviceRate(url: string): Promise<number> {
  const stream = await watch(url, 'leibniz');
  const first = await stream.next();
  let latest = first;
  while (latest.atMs - first.atMs < SERVICE_MS) latest = await stream.next();
  stream.close();
  return ((latest.n - first.n) * 1_000) / (latest.atMs - first.atMs);
}
