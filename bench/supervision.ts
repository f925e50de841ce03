/**
 * The runtime and its supervisors beside Erlang/OTP: the same scenarios in the same run, each side in a process of
 * its own, in turns. Without Erlang on the PATH ours are measured alone.
 */
import { type Bench, type Beside, beside, type Goal, progress } from './report.ts';
import type { Figures } from './supervision/figures.ts';
import { compileErlang, type Erlang, ours } from './supervision/sides.ts';
import { sizes } from './supervision/sizes.ts';

/** Name in the scenario's `Figures`, what people read, unit. */
type Figure = readonly [name: string, figure: string, unit: string, goal?: Goal];

const { CALLS, CHILDREN, FALLS_EACH, FEW_FALLS, IDLE, INTENSITY_LOW, MESSAGES, ROUNDS, SUPERVISORS } = sizes;
const falls = SUPERVISORS * FALLS_EACH;

const scenarios: Readonly<Record<string, readonly Figure[]>> = {
  kill: [
    ['median', 'kill → answer of the next incarnation, median', 'µs', { atMost: 25 }],
    ['p99', 'kill → answer of the next incarnation, p99', 'µs', { atMost: 200 }],
  ],
  crash: [
    ['median', 'crash → answer of the next incarnation, median', 'µs', { atMost: 59 }],
    ['p99', 'crash → answer of the next incarnation, p99', 'µs', { atMost: 300 }],
  ],
  backlog: [
    ['cast', `${MESSAGES} casts, one → one`, 'M/s', { atLeast: 5 }],
    ['send', `the same, beside Erlang's bare "!"`, 'M/s'],
  ],
  fanOut: [['all', `one cast to each of ${IDLE} idle`, 'ms', { atMost: 9 }]],
  calls: [
    ['process', 'call, process → process', 'µs', { atMost: 2.5 }],
    ['outside', 'call, outside → process', 'µs', { atMost: 2.5 }],
    ['processUntimed', 'call without timeout, process → process', 'µs'],
    ['outsideUntimed', 'call without timeout, outside → process', 'µs'],
  ],
  spawns: [
    ['spawnUs', 'spawn of one GenServer', 'µs', { atMost: 5 }],
    ['bytes', 'an idle GenServer', 'bytes', { atMost: 2_700 }],
    ['childUs', 'startChild of a dynamic supervisor', 'µs'],
    ['childBytes', 'an idle child of a dynamic supervisor', 'bytes'],
  ],
  mass: [
    ['killMs', `${CHILDREN} killed → all restarted`, 'ms'],
    ['killDelayP99', `${CHILDREN} killed: event loop delay, p99`, 'ms', { atMost: 50 }],
    ['killDelayMax', `${CHILDREN} killed: event loop delay, max`, 'ms'],
    ['crashMs', `${CHILDREN} crash → all restarted`, 'ms'],
    ['crashDelayP99', `${CHILDREN} crash: event loop delay, p99`, 'ms', { atMost: 50 }],
    ['crashDelayMax', `${CHILDREN} crash: event loop delay, max`, 'ms'],
    ['giveUpAllMs', `${CHILDREN} killed, intensity ${INTENSITY_LOW} → all ended`, 'ms'],
    ['giveUpFewMs', `${FEW_FALLS} of ${CHILDREN} killed, intensity ${INTENSITY_LOW} → all ended`, 'ms'],
  ],
};

export const supervision: Bench = async () => {
  using erlang = await compileErlang();
  if (erlang === null) progress('No Erlang on the PATH: ours alone');
  const rows: Beside[] = [];
  for (const [scenario, figures] of Object.entries(scenarios)) {
    progress(`${scenario}: ours`);
    const mine = await ours(scenario);
    if (erlang !== null) progress(`${scenario}: Erlang`);
    const theirs = (await erlang?.measure(scenario)) ?? null;
    for (const figure of figures) rows.push(compare(figure, mine, theirs));
  }
  return { bench: 'supervision', how: how(erlang), rows };
};

function compare([name, figure, unit, goal]: Figure, mine: Figures, theirs: Figures | null): Beside {
  const values = { ours: valuesOf(mine, name), theirs: theirs === null ? null : valuesOf(theirs, name) };
  return beside(figure, unit, 'Erlang', values, goal ?? null);
}

function valuesOf(figures: Figures, name: string): readonly number[] {
  const values = figures[name];
  if (values === undefined) throw new Error(`no figure ${name}`);
  return values;
}

function how(erlang: Erlang | null): string {
  return [
    `ours beside ${erlang?.version ?? 'nobody, as there is no Erlang on the PATH'};`,
    `one process per scenario and side, medians (ratio: ours / Erlang's) of ${ROUNDS} rounds after one to warm up.`,
    `Falls: ${falls} a round of a named child that is monitored, called by name until the next one answers.`,
    'Casts: from the first sent to the last handled; Erlang sends and receives on two cores, we on one.',
    `Calls: ${CALLS} in sequence, with a timeout where it does not say without.`,
    'Bytes: of the heap after a collection, of the process in Erlang.',
    'Delay: of timers of 1 ms each during the restarts, the loop of the falls included; a process that sleeps in Erlang.',
    'Fewer than 100 of ours come meanwhile, so that their p99 is the longest.',
  ].join(' ');
}
