/**
 * Our side, one scenario per process, so that none finds the heap or the types of another: prints its `Figures`.
 * By itself: `node --expose-gc bench/supervision/ours.ts kill`.
 */
import { backlog } from './backlog.ts';
import { calls } from './calls.ts';
import { crash, kill } from './fall.ts';
import { fanOut } from './fan-out.ts';
import type { Figures } from './figures.ts';
import { mass } from './mass.ts';
import { spawns } from './spawns.ts';

const scenarios: Readonly<Record<string, () => Promise<Figures>>> = {
  kill,
  crash,
  backlog,
  fanOut,
  calls,
  spawns,
  mass,
};

const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error(`which of ${Object.keys(scenarios).join(', ')}?`);
console.log(JSON.stringify(await scenario()));
