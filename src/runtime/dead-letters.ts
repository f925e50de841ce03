/** Casts that reached nobody, counted by whom they were meant for; of a flood of them a few are told. */
import type { ProcessPid } from './pid.ts';
import type { ProcessName } from './process-name.ts';
import { passesPowerOfTwo, type RuntimeEvent } from './runtime-event.ts';

/** Names that are counted at a time; then all counts begin anew. */
const namesMax = 1_000;

export class DeadLetters {
  private readonly emit: (event: RuntimeEvent) => void;
  private readonly byPid = new WeakMap<ProcessPid, number>();
  private readonly byName = new Map<string, number>();
  total: number = 0;

  constructor(emit: (event: RuntimeEvent) => void) {
    this.emit = emit;
  }

  toPid(pid: ProcessPid, count: number): void {
    if (count === 0) return;
    const before = this.byPid.get(pid) ?? 0;
    this.byPid.set(pid, before + count);
    this.total += count;
    if (!passesPowerOfTwo(before, before + count)) return;
    this.emit({ type: 'dead-letter', path: pid.path, pid, total: this.total });
  }

  toName({ text: name }: ProcessName<never>): void {
    const before = this.byName.get(name) ?? 0;
    if (before === 0 && this.byName.size >= namesMax) this.byName.clear();
    this.byName.set(name, before + 1);
    this.total += 1;
    if (!passesPowerOfTwo(before, before + 1)) return;
    this.emit({ type: 'dead-letter', path: null, pid: null, name, total: this.total });
  }
}
