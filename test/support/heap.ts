/** The heap as it is when everything that nobody holds has been collected. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes in use. A few rounds: what finalizers and promises let go of takes a turn to go. */
export async function heapInUse(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    collect();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}
