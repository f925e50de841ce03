/** What lines 1 to 31 need besides the nursery: callers, children with a will of their own, faulty values, short answers. */
import { once } from 'node:events';
import type { Behaviour } from '../../src/runtime/behaviour.ts';
import { ignore } from '../../src/runtime/behaviour.ts';
import type { ExitReason } from '../../src/runtime/exit-reason.ts';
import { genServer, type ServerMessage, stop } from '../../src/runtime/gen-server.ts';
import type { Info } from '../../src/runtime/info.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import type { CallTarget } from '../../src/runtime/server-message.ts';
import type { System } from '../../src/runtime/system.ts';
import type { ChildSpec } from '../../src/supervision/child-spec.ts';
import { type DynamicPid, dynamicSupervisor, type Flags } from '../../src/supervision/supervisor.ts';
import { countChildren } from '../../src/supervision/supervisor-admin.ts';
import type { AdminCall, StartedChild } from '../../src/supervision/supervisor-call.ts';
import { recorder, type World } from '../unit/runtime/world.ts';
import { deps } from '../unit/supervision/nursery.ts';

/** A process to start others from. `heard` is every signal and message it gets; it traps exits. */
export async function caller(w: World): Promise<{ pid: Pid; heard: (Info | string)[] }> {
  const heard: (Info | string)[] = [];
  return { pid: await w.start(recorder(heard), { id: 'caller', trapExit: true }), heard };
}

/** Sends an exit signal in its own name to whom it is cast. */
export function teller(reason: ExitReason): Behaviour<ServerMessage<never, Pid>> {
  return genServer<null, never, Pid>({
    init: () => null,
    handleCast(whom, state, ctx) {
      ctx.exit(whom, reason);
      return state;
    },
    handleInfo: (_info, state) => state,
  });
}

/** What its init says is all there is of it. */
export function unneeded(): Behaviour<ServerMessage<never, never>> {
  return genServer<null>({ init: () => ignore });
}

/** Its init says that the start has failed, and why: OTP's `{stop, Reason}`. */
export function refusing(reason: ExitReason): Behaviour<never> {
  return {
    kind: 'worker',
    incarnate: () => ({
      init: () => ({ fail: reason }),
      handle: () => null,
      info: () => null,
      terminate() {},
    }),
  };
}

/** Sleeps for ever in the handler of the first thing it is told. */
export function sleeper(id: string, log: string[]): Behaviour<ServerMessage<never, 'sleep'>> {
  return genServer<null, never, 'sleep'>({
    init(ctx) {
      log.push(`+${id}`);
      ctx.cast(ctx.self, 'sleep');
      return null;
    },
    handleCast: () => new Promise<null>(() => {}),
    terminate() {
      log.push(`-${id}`);
    },
  });
}

/** Ends in order, but only when `letGo` has come; writes `>id` when it is told to and `-id` when it has. */
export function lingerer(
  id: string,
  log: string[],
  letGo: () => Promise<void>,
): Behaviour<ServerMessage<never, never>> {
  return genServer<null>({
    init() {
      log.push(`+${id}`);
      return null;
    },
    async terminate() {
      log.push(`>${id}`);
      await letGo();
      log.push(`-${id}`);
    },
  });
}

/** Ends by itself, with the reason that the promise brings. */
export function leaver(wish: Promise<ExitReason>): Behaviour<ServerMessage<never, ExitReason>> {
  return genServer<null, never, ExitReason>({
    init(ctx) {
      ctx.pipe(wish, (result) => (result.ok ? result.value : { error: result.error }));
      return null;
    },
    handleCast: (reason) => stop(reason, null),
  });
}

/** Told to end, it ends by itself with its own reason: OTP's supervisor_4. */
export function headstrong(reason: ExitReason): Behaviour<ServerMessage<never, 'wait'>> {
  return genServer<null, never, 'wait'>({
    init(ctx) {
      ctx.cast(ctx.self, 'wait');
      return null;
    },
    async handleCast(_wait, _state, ctx) {
      await once(ctx.signal, 'abort');
      return stop(reason, null);
    },
  });
}

/** A spec from code that no compiler has seen: what the JSON says, and a start unless that is missing too. */
export function unseenSpec(json: string, start?: () => Behaviour<never>): ChildSpec {
  const unseen: ChildSpec = JSON.parse(json);
  return start === undefined ? unseen : { ...unseen, start };
}

/** A simple_one_for_one supervisor whose arguments are the child's spec itself. */
export function startDynamic(w: World, flags: Flags = {}): Promise<DynamicPid<ChildSpec>> {
  const child = (spec: ChildSpec) => spec;
  return w.start(dynamicSupervisor({ ...flags, strategy: 'simple_one_for_one', child }, deps), { id: 'dyn' });
}

/** The pid of a child that has been started, or an error. */
export function pidIn<M>(started: StartedChild<M>): Pid<M> {
  if (!started.ok) throw new Error(`not started: ${JSON.stringify(started)}`);
  return started.pid;
}

/** As OTP's suite writes them: specs, active, supervisors, workers. */
export async function childCounts(system: System, sup: CallTarget<AdminCall>): Promise<number[]> {
  const count = await countChildren(system, sup);
  return count === null ? [] : [count.specs, count.active, count.supervisors, count.workers];
}

/** Path and reason of every end so far. */
export function exitsIn(w: World): (readonly [string, ExitReason])[] {
  return w.of('exit').map(({ path, reason }) => [path, reason] as const);
}
