/** Tells listeners what happens. A listener that throws is passed over and counted; it never disturbs a process. */
import type { RuntimeEvent } from './runtime-event.ts';

export type Listener = (event: RuntimeEvent) => void;

export class EventStream {
  /** Replaced, not changed: who begins to listen while an event is told hears the next one. */
  private listeners: readonly Listener[] = [];
  faults: number = 0;

  /** Returns how to stop listening. */
  on(listener: Listener): () => void {
    const added: Listener = (event) => listener(event);
    this.listeners = [...this.listeners, added];
    return () => {
      this.listeners = this.listeners.filter((one) => one !== added);
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
