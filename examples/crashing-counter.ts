/**
 * A counter that crashes on purpose. Its supervisor replaces it: the same name, another pid, the state that `init`
 * makes. Run it by `npm run example:counter`.
 */
import { systemClock } from '../src/lib/clock.ts';
import { systemRandom } from '../src/lib/random.ts';
import type { From } from '../src/runtime/call.ts';
import { describeReason } from '../src/runtime/exit-reason.ts';
import { genServer, type ServerName, stop } from '../src/runtime/gen-server.ts';
import type { Pid } from '../src/runtime/pid.ts';
import { processName } from '../src/runtime/process-name.ts';
import { registry } from '../src/runtime/registry.ts';
import { createSystem } from '../src/runtime/system.ts';
import { supervisor } from '../src/supervision/supervisor.ts';

type Read = { readonly from: From<number> };
type Command = 'add' | 'break';

const counterName: ServerName<Read, Command> = processName('counter');

const counter = genServer<number, Read, Command>({
  init: () => 0,
  handleCall({ from }, count, ctx) {
    ctx.reply(from, count);
    return count;
  },
  handleCast(command, count) {
    if (command === 'break') throw new Error('broken on purpose');
    return count + 1;
  },
  terminate(reason, count) {
    console.log(`terminate  at ${count}: ${describeReason(reason)}`);
  },
});

/** Watches one process, says how that ended, and ends itself. */
function watcher(watched: Pid) {
  return genServer<null>({
    init(ctx) {
      ctx.monitor(watched);
      return null;
    },
    handleInfo(info) {
      if (info.type !== 'down') return null;
      console.log(`DOWN       ${info.pid.id}: ${describeReason(info.reason)}`);
      return stop('normal', null);
    },
  });
}

const system = createSystem({ name: 'example', clock: systemClock, mailboxMax: 1_000 });

const restarted = Promise.withResolvers<void>();
system.onEvent((event) => {
  if (event.type !== 'restart') return;
  const { path, oldPid, newPid, latencyUs } = event;
  console.log(`restart    ${path}: ${oldPid.id} → ${newPid.id} in ${latencyUs} µs`);
  restarted.resolve();
});

const root = supervisor(
  {
    strategy: 'one_for_one',
    children: [
      { id: 'registry', start: () => registry(system) },
      { id: 'counter', name: counterName, start: () => counter },
    ],
  },
  { random: systemRandom },
);

const started = await system.spawn(root, { id: 'root' });
const first = system.whereis(counterName);
if (!started.ok || first === null) throw new Error('the tree did not start');
await system.spawn(watcher(first));

async function read(): Promise<string> {
  const asked = await system.call(counterName, (from: From<number>) => ({ from }), 1_000);
  return asked.ok ? `${asked.value}` : describeReason(asked.reason);
}

console.log('cast       add, add, add');
for (let i = 0; i < 3; i += 1) system.cast(counterName, 'add');
console.log(`call       ${first.id}: ${await read()}`);

console.log('cast       break');
system.cast(counterName, 'break');
const behind = await read();
await restarted.promise;
console.log(`call       behind the crash: ${behind}`);
console.log(`call       ${system.whereis(counterName)?.id}: ${await read()}`);

await system.stop(started.pid, 'shutdown', 1_000);
