/** Terms a second of one sprinting run: the lazy way in plain JavaScript, the kernel alone, and the whole service. */
import { leibnizQuadSum } from '../src/kernels/quad-sum.ts';
import { startNodeProcess, watch } from './node-process.ts';
import { type Bench, row, summary } from './report.ts';

const ROUNDS = 7;
const GENERATOR_TERMS = 2 ** 21;
const KERNEL_TERMS = 2 ** 26;
const SERVICE_MS = 2_000;

export const throughput: Bench = async () => {
  const generators: number[] = [];
  const kernel: number[] = [];
  const service: number[] = [];
  const node = await startNodeProcess({ ZENO_WORKERS: '1' });
  leibnizQuadSum(0, KERNEL_TERMS);
  for (let round = 0; round < ROUNDS; round += 1) {
    generators.push(rate(GENERATOR_TERMS, () => lazySum(GENERATOR_TERMS)));
    kernel.push(rate(KERNEL_TERMS, () => leibnizQuadSum(0, KERNEL_TERMS)));
    service.push(await serviceRate(node.url));
  }
  await node.stop();
  const one = summary(kernel).median;
  return {
    bench: 'throughput',
    how: `${ROUNDS} rounds of each in turn, leibniz, one thread: a chain of lazy generators (terms → running sums → take), the service's own kernel in a loop, and one watcher of the running service with ZENO_WORKERS=1 (terms between two estimates ${SERVICE_MS} ms apart).`,
    rows: [
      row('lazy JavaScript generators', generators, 'terms/s', one),
      row('kernel alone', kernel, 'terms/s', one),
      row('through the service', service, 'terms/s', one),
    ],
  };
};

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
