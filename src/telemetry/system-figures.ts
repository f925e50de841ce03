/** What the supervision tree itself is counted by: its processes, their mailboxes, and what supervisors had to do. */
import type { Feed } from '../protocols/ports/feed.ts';
import type { Meter } from '../protocols/ports/meter.ts';

/** The figures that a system of processes keeps of itself. */
export interface Counted {
  processes(): Iterable<{ readonly mailbox: number }>;
  readonly deadLetters: number;
  readonly dropped: number;
}

/** The supervisor of the worker threads, which has an intensity of its own. */
const workers = 'root/compute/range-workers';

export function meterSystem(system: Counted, feed: Feed, meter: Meter): void {
  meter.read('zeno_processes', () => [...system.processes()].length);
  meter.read('zeno_mailbox_longest', () => longest(system.processes()));
  meter.read('zeno_dead_letters_total', () => system.deadLetters);
  meter.read('zeno_dropped_messages_total', () => system.dropped);
  meter.read('zeno_limits_reached_total', () => new Map([['mailbox', system.dropped]]));
  feed.subscribe((event) => {
    switch (event.type) {
      case 'restart':
        meter.count('zeno_restarts_total', branchOf(event.path));
        return;
      case 'intensity-exceeded':
        meter.count('zeno_intensity_exceeded_total', branchOf(event.path));
        meter.limited(event.path === workers ? 'workerIntensity' : 'intensity');
        return;
      default:
        return;
    }
  });
}

/** `root/compute/series/leibniz` → `root/compute`. */
function branchOf(path: string): string {
  return path.split('/', 2).join('/');
}

function longest(processes: Iterable<{ readonly mailbox: number }>): number {
  let most = 0;
  for (const { mailbox } of processes) most = Math.max(most, mailbox);
  return most;
}
