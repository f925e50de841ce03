/**
 * The inside of a worker thread: warm up, say ready, then one result for each task in order. Nothing is caught: what
 * throws ends the thread, and whoever watches it decides what follows.
 */
import { parentPort } from 'node:worker_threads';
import { systemClock } from '../lib/clock.ts';
import { kernels } from './kernels.ts';
import { doRange, warmUp } from './range-work.ts';

if (parentPort === null) throw new Error('range-thread.ts runs as a worker thread only');
const port = parentPort;
warmUp(kernels);
port.on('message', (message: unknown) => port.postMessage(doRange(message, systemClock)));
port.postMessage('ready');
