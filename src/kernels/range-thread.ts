/**
 * The inside of a worker thread: load the kernels, warm up, say ready, then one result for each task in order. The series
 * that have no kernel are loaded behind the first task, or before it if it is one of theirs. Nothing is caught: what throws
 * ends the thread, and whoever watches it decides what follows.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../lib/clock.ts';
import { compiledKernels } from './kernels.ts';
import { doTask, readTask, warmUp } from './thread-work.ts';

if (parentPort === null) throw new Error('range-thread.ts runs as a worker thread only');
const port = parentPort;
const kernels = compiledKernels();
warmUp(kernels);

const findCompiled = (id: string) => kernels.find(({ series }) => series.id === id)?.series ?? null;
// A user's file is read at once, so that one that is gone is told at once.
let others = typeof workerData === 'string' ? loadOthers() : null;
let before: Promise<void> = Promise.resolve();
port.on('message', (message: unknown) => {
  before = before.then(async () => {
    const { work } = readTask(message);
    const findSeries = findCompiled(work.series) === null ? await allSeries() : findCompiled;
    port.postMessage(doTask(message, { findSeries, kernels, clock: systemClock }));
    void allSeries();
  });
});
port.postMessage('ready');

function allSeries() {
  others ??= loadOthers();
  return others;
}

async function loadOthers() {
  const { findSeries } = await import('../series/catalogue.ts');
  if (typeof workerData !== 'string') return findSeries;
  const { importSeries } = await import('./own-series.ts');
  const own = await importSeries(workerData);
  return (id: string) => findSeries(id, own);
}
