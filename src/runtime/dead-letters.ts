/** Casts that reached nobody, counted by whom they were meant for; of a flood of them a few are told. */
import type { ProcessPid } from './pid.ts';
import type { ProcessName } from './process-name.ts';
import { passesPowerOfTwo, type RuntimeEvent } from './runtime-event.ts';

export class DeadLetters {
  private readonly emit: (event: RuntimeEvent) => void;
  private readonly byTarget = new WeakMap<ProcessPid | ProcessName<never>, number>();
  total: number = 0;

  constructor(emit: (event: RuntimeEvent) => void) {
    this.emit = emit;
  }

  toPid(pid: ProcessPid, count: number): void {
    if (this.count(pid, count)) {
      this.emit({ type: 'dead-letter', path: pid.path, pid, total: this.total });
    }
  }

  toName(name: ProcessName<never>): void {
    if (this.count(name, 1)) {
      this.emit({ type: 'dead-letter', path: null, pid: null, name: name.text, total: this.total });
    }
  }

  /** Whether this one is to be told. */
  private count(target: ProcessPid | ProcessName<never>, count: number): boolean {
    if (count === 0) return false;
    const before = this.byTarget.get(target) ?? 0;
    this.byTarget.set(target, before + count);
    this.total += count;
    return passesPowerOfTwo(before, before + count);
  }
}
