/**
 * source → stage → sink under rest_for_one: each takes from the one before it, so what stands after a dead one cannot
 * go on with what it knows, and what stands before it can. Run it by `npm run example:pipeline`.
 */
import { systemClock } from '../src/lib/clock.ts';
import { systemRandom } from '../src/lib/random.ts';
import type { Called, From } from '../src/runtime/call.ts';
import { describeReason } from '../src/runtime/exit-reason.ts';
import { genServer, type ServerName } from '../src/runtime/gen-server.ts';
import { processName } from '../src/runtime/process-name.ts';
import { registry } from '../src/runtime/registry.ts';
import { createSystem } from '../src/runtime/system.ts';
import { supervisor } from '../src/supervision/supervisor.ts';

type Take<T> = { readonly from: From<T> };

const sourceName: ServerName<Take<number>> = processName('source');
const stageName: ServerName<Take<number>> = processName('stage');
const sinkName: ServerName<Take<readonly number[]>> = processName('sink');

/** Who gets no answer cannot go on, and crashes. */
function answerOf<T>(called: Called<T>): T {
  if (!called.ok) throw new Error('no answer', { cause: called.reason });
  return called.value;
}

/** Gives 1, 2, 3 … */
const source = genServer<number, Take<number>>({
  init: () => 1,
  handleCall({ from }, next, ctx) {
    ctx.reply(from, next);
    return next + 1;
  },
});

/** Gives the squares of what it takes from the source. */
const stage = genServer<null, Take<number>>({
  init: () => null,
  async handleCall({ from }, state, ctx) {
    const taken = answerOf(await ctx.call(sourceName, (from: From<number>) => ({ from }), 1_000));
    ctx.reply(from, taken ** 2);
    return state;
  },
});

/** Takes one more from the stage and gives all it has had. */
const sink = genServer<readonly number[], Take<readonly number[]>>({
  init: () => [],
  async handleCall({ from }, had, ctx) {
    const taken = answerOf(await ctx.call(stageName, (from: From<number>) => ({ from }), 1_000));
    const all = [...had, taken];
    ctx.reply(from, all);
    return all;
  },
});

const system = createSystem({ name: 'example', clock: systemClock, mailboxMax: 1_000 });
const restarted = Promise.withResolvers<void>();
system.onEvent((event) => {
  if (event.type === 'exit')
    console.log(`exit  ${event.path} ${event.pid.id}: ${describeReason(event.reason)}`);
  if (event.type === 'restart') restarted.resolve();
});

const pipeline = supervisor(
  {
    strategy: 'rest_for_one',
    children: [
      { id: 'registry', start: () => registry(system) },
      { id: 'source', name: sourceName, start: () => source },
      { id: 'stage', name: stageName, start: () => stage },
      { id: 'sink', name: sinkName, start: () => sink },
    ],
  },
  { random: systemRandom },
);
const started = await system.spawn(pipeline, { id: 'pipeline' });
if (!started.ok) throw new Error('the pipeline did not start');
const top = started.pid;

async function tell(): Promise<void> {
  const { strategy, children = [] } = system.inspect(top) ?? {};
  console.log(`\npipeline ${top.id} (${strategy})`);
  for (const { id, pid } of children)
    console.log(`${id === 'sink' ? '└─' : '├─'} ${id.padEnd(8)} ${pid?.id}`);
  const take = () => system.call(sinkName, (from: From<readonly number[]>) => ({ from }), 1_000);
  await take();
  await take();
  console.log(`the sink has had ${answerOf(await take()).join(', ')}\n`);
}

await tell();

const victim = system.whereis(stageName);
if (victim === null) throw new Error('nobody is called stage');
console.log(`kill  ${victim.id}`);
system.exit(victim, 'kill');
await restarted.promise;

await tell();
await system.stop(top, 'shutdown', 1_000);
