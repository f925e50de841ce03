/** Turns what the runtime says into numbered entries for people and pages, and keeps the newest of them. */
import type { Clock } from '../lib/clock.ts';
import type { Feed } from '../protocols/ports/feed.ts';
import type { SupervisionEvent } from '../protocols/wire/supervision.ts';
import { describeReason } from '../runtime/exit-reason.ts';
import type { RuntimeEvent } from '../runtime/runtime-event.ts';
import type { System } from '../runtime/system.ts';

/** An entry before it has been numbered and dated. */
type Told = SupervisionEvent extends infer E
  ? E extends SupervisionEvent
    ? Omit<E, 'seq' | 'at'>
    : never
  : never;

export function supervisionFeed(system: System, clock: Clock, kept: number): Feed {
  const listeners = new Set<(event: SupervisionEvent) => void>();
  const recent: SupervisionEvent[] = [];
  let seq = 0;

  system.onEvent((event) => {
    const told = tell(event);
    if (told === null) return;
    seq += 1;
    const entry: SupervisionEvent = { seq, at: new Date(clock.wallMs()).toISOString(), ...told };
    recent.push(entry);
    if (recent.length > kept) recent.shift();
    for (const listener of listeners) listener(entry);
  });

  return {
    recent: () => recent,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function tell(event: RuntimeEvent): Told | null {
  switch (event.type) {
    case 'start':
      return { type: 'start', path: event.path, pid: event.pid.id };
    case 'exit':
      return { type: 'exit', path: event.path, pid: event.pid.id, reason: describeReason(event.reason) };
    case 'restart':
      return {
        type: 'restart',
        path: event.path,
        oldPid: event.oldPid.id,
        newPid: event.newPid.id,
        latencyUs: event.latencyUs,
        strategy: event.strategy,
        alsoRestarted: event.alsoRestarted.map(({ path, oldPid, newPid }) => ({
          path,
          oldPid: oldPid.id,
          newPid: newPid?.id ?? null,
        })),
      };
    case 'intensity-exceeded':
      return { type: 'intensity-exceeded', path: event.path, pid: event.pid.id, restarts: event.restarts };
    case 'dead-letter':
    case 'dropped':
      return { type: event.type, path: event.path, pid: event.pid?.id ?? null, total: event.total };
    case 'note':
      return { type: 'note', path: event.path, pid: event.pid.id, note: event.note };
    default:
      return null;
  }
}
