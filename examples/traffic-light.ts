/**
 * A traffic light with a button for people on foot, as a state machine. Who presses is answered by a later state;
 * who drives up to a closed light waits in the mailbox, postponed. Run it by `npm run example:machine`.
 */
import { systemClock } from '../src/lib/clock.ts';
import type { From } from '../src/runtime/call.ts';
import { genStatem, keepState, nextState, postpone, reply, stateTimeout } from '../src/runtime/gen-statem.ts';
import { createSystem } from '../src/runtime/system.ts';

type Light = 'green' | 'yellow' | 'red';
interface Ask {
  readonly type: 'press' | 'drive';
  readonly from: From<string>;
}
/** Who has pressed and has no answer yet. */
type Waiting = readonly From<string>[];

const trafficLight = genStatem<Light, Waiting, Ask>({
  init: () => ({ state: 'green', data: [] }),
  states: {
    green: {
      enter(waiting) {
        console.log('green');
        return keepState(waiting);
      },
      call({ type, from }, waiting) {
        if (type === 'press') return nextState('yellow', [...waiting, from]);
        return keepState(waiting, { actions: [reply(from, 'drives on')] });
      },
    },
    yellow: {
      enter(waiting) {
        console.log('yellow');
        return keepState(waiting, { actions: [stateTimeout(150)] });
      },
      call: (_ask, waiting) => keepState(waiting, { actions: [postpone] }),
      info: (info, waiting) =>
        info.type === 'state-timeout' ? nextState('red', waiting) : keepState(waiting),
    },
    red: {
      enter(waiting) {
        console.log('red');
        const answers = waiting.map((from) => reply(from, 'walks'));
        return keepState([], { actions: [...answers, stateTimeout(300)] });
      },
      call({ type, from }, waiting) {
        return keepState(waiting, { actions: [type === 'press' ? reply(from, 'walks') : postpone] });
      },
      info: (info, waiting) =>
        info.type === 'state-timeout' ? nextState('green', waiting) : keepState(waiting),
    },
  },
});

const system = createSystem({ name: 'example', clock: systemClock, mailboxMax: 1_000 });
const started = await system.spawn(trafficLight, { id: 'traffic-light' });
if (!started.ok) throw new Error('the light did not start');
const light = started.pid;
const beginMs = systemClock.monotonicMs();

/** Asks the light, and tells who got which answer after how long. */
async function ask(who: string, type: Ask['type']): Promise<void> {
  console.log(`  ${who}: ${type}?`);
  const answer = await system.call(light, (from: From<string>) => ({ type, from }), 2_000);
  const afterMs = Math.round(systemClock.monotonicMs() - beginMs);
  console.log(`  ${who} ${answer.ok ? answer.value : 'waits in vain'}, at ${afterMs} ms`);
}

await ask('the first car', 'drive');
const ada = ask('Ada', 'press');
const secondCar = ask('the second car', 'drive');
await ada;
await ask('Ben', 'press');
await secondCar;

await system.stop(light, 'normal', 1_000);
