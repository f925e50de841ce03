/** Tells listeners what happens. A listener that throws is passed over and counted; it never disturbs a process. */
import type { RuntimeEvent } from './runtime-event.ts';

export type Listener = (event: RuntimeEvent) => void;

export class EventStream {
  private readonly listeners = new Set<Listener>();
  faults: number = 0;

  /** Returns how to stop listening. */
  on(listener: Listener): () => void {
    const added: Listener = (event) => listener(event);
    this.listeners.add(added);
    return () => {
      this.listeners.delete(added);
    };
  }

  emit(event: RuntimeEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch {
        this.faults += 1;
      }
    }
  }
}
