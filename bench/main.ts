/**
 * `npm run bench -- <name> [--json] [--quick]`: a table for people, or one line of JSON. Each bench says what was compared and
 * how; times on a shared machine are noisy, so medians are shown and ratios are taken within one run.
 */
import { commits } from './commits.ts';
import { fanout } from './fanout.ts';
import { kernels } from './kernels.ts';
import { kills } from './kills.ts';
import type { Bench } from './report.ts';
import { printJson, printTable } from './report.ts';
import { start } from './start.ts';
import { supervision } from './supervision.ts';

const benches: Readonly<Record<string, Bench>> = {
  start,
  kernels,
  commits,
  kills,
  fanout,
  supervision,
};

const [name, ...flags] = process.argv.slice(2);
const bench = name === undefined ? undefined : benches[name];
if (bench === undefined) {
  console.error(`Which bench? npm run bench -- ${Object.keys(benches).join('|')} [--json] [--quick]`);
  process.exitCode = 1;
} else {
  const report = await bench({ quick: flags.includes('--quick') });
  if (flags.includes('--json')) printJson(report);
  else printTable(report);
}
