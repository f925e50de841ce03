/** Fixture: becomes nobody where it is root, for whom no folder is read-only, and tries the folder `argv[2]`. */
import { writeSync } from 'node:fs';
import { lockDataFolder } from '../../../src/store/data-folder.ts';
import { openStore } from '../../../src/store/open-store.ts';

const nobody = 65_534;
if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(nobody);
  process.setuid?.(nobody);
}
const folder = process.argv[2] ?? '';
const locked = lockDataFolder(folder, { pid: process.pid, host: 'testhost', since: 'now' });
const opened = openStore({ folder, bounds: { estimates: 1, ageMs: 0, bytes: 1 } });
writeSync(1, `${JSON.stringify([locked, opened])}\n`);
