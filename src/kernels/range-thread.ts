/**
 * The inside of a worker thread: load the kernels, warm up, say ready, then one result for each task in order. Nothing
 * is caught: what throws ends the thread, and whoever watches it decides what follows.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../lib/clock.ts';
import { findSeries } from '../series/catalogue.ts';
import { compiledKernels } from './kernels.ts';
import { importSeries } from './own-series.ts';
import { doTask, warmUp } from './thread-work.ts';

if (parentPort === null) throw new Error('range-thread.ts runs as a worker thread only');
const port = parentPort;
const own = typeof workerData === 'string' ? await importSeries(workerData) : [];
const kernels = compiledKernels();
warmUp(kernels);
const shop = { findSeries: (id: string) => findSeries(id, own), kernels, clock: systemClock };
port.on('message', (message: unknown) => port.postMessage(doTask(message, shop)));
port.postMessage('ready');
