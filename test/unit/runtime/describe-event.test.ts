import { expect, test } from 'vitest';
import { describeEvent, logEvents } from '../../../src/runtime/describe-event.ts';
import { describeReason } from '../../../src/runtime/exit-reason.ts';
import { genServer } from '../../../src/runtime/gen-server.ts';
import { processName } from '../../../src/runtime/process-name.ts';
import { registry } from '../../../src/runtime/registry.ts';
import { startSupervisor } from '../supervision/nursery.ts';
import { type CounterMessage, counter, settle, world } from './world.ts';

test('what goes wrong is written line by line, an error with its stack; what is in order is not', async () => {
  const w = world({ mailboxMax: 1 });
  const lines: string[] = [];
  const stop = logEvents(w.system, (line) => lines.push(line));
  const name = processName<CounterMessage>('counter');
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [
      { id: 'registry', start: () => registry(w.system) },
      { id: 'a', name, start: counter },
    ],
  });
  w.system.cast(name, { type: 'crash' });
  w.system.cast(name, { type: 'crash' });
  await settle();
  await w.system.stop(sup, 'shutdown', 1000);
  w.system.cast(name, { type: 'crash' });
  stop();
  const [dropped, stack, report, restart, lost, ...rest] = lines;
  expect(dropped).toBe('the mailbox of sup/a is full; 1 messages refused so far');
  expect(stack).toMatch(/^sup\/a \(p3\) ended: Error: crash\n +at /);
  expect(report).toMatch(
    /^Supervisor: sup\. Context: child_terminated\. Reason: error: crash\. Offender: id=a,pid=p3\.$/,
  );
  expect(restart).toMatch(/^sup\/a restarted: p3 → p4 in \d+ µs$/);
  expect(lost).toBe('a message to counter reached nobody; 1 so far');
  expect(rest).toEqual([]);
});

test('an end in order, a start and a progress are nothing to write of', async () => {
  const { events, start, system } = world();
  await system.stop(await start(counter()), 'shutdown', 1000);
  expect(events.map(describeEvent)).toEqual([null, null]);
});

test('who takes a name before there is a registry is told, and nobody after', async () => {
  const { of, start, system } = world();
  await start(counter(), { name: processName<CounterMessage>('early') });
  expect(of('note').map(({ note }) => note)).toEqual([
    'the name early leads nowhere yet: no registry(system) runs',
  ]);
  const first = await start(registry(system));
  system.exit(first, 'kill');
  await start(counter(), { name: processName<CounterMessage>('later') });
  expect(of('note')).toHaveLength(1);
});

test('a reason says what its error was caused by', async () => {
  const { start, of, system } = world();
  const cause = new Error('connect ECONNREFUSED');
  const pid = await start(
    genServer<null, never, 'fetch'>({
      init: () => null,
      handleCast() {
        throw new Error('fetch failed', { cause });
      },
    }),
  );
  system.cast(pid, 'fetch');
  await settle();
  expect(of('exit').map(({ reason }) => describeReason(reason))).toEqual([
    'error: fetch failed: connect ECONNREFUSED',
  ]);
});
