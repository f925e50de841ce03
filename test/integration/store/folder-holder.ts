/** Fixture: locks the folder `argv[2]`, says the answer, lets it go on the line `release`, and stays. */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { lockDataFolder } from '../../../src/store/data-folder.ts';

const holder = { pid: process.pid, host: 'testhost', since: '2026-11-22T16:00:00.000Z' };
const locked = lockDataFolder(process.argv[2] ?? '', holder);
writeSync(1, `${JSON.stringify(locked)}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'release' && locked.kind === 'locked') locked.release();
  writeSync(1, 'released\n');
}
