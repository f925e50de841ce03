/**
 * Who has which name. A process takes its name at its start and gives it back at its end, after `terminate`, whether
 * or not a registry serves; names lead somewhere only while one does.
 */
import type { Process } from './process.ts';

export class Names {
  private readonly holders = new Map<string, Process>();
  private served: object | null = null;
  private wasServed: boolean = false;

  /** Whether no registry has served yet, so that whoever takes a name now may have forgotten it. */
  get isUnheard(): boolean {
    return !this.wasServed;
  }

  isTaken(name: string): boolean {
    return this.holders.has(name);
  }

  give(name: string, process: Process): void {
    this.holders.set(name, process);
  }

  free(name: string): void {
    this.holders.delete(name);
  }

  find(name: string): Process | null {
    return this.served === null ? null : (this.holders.get(name) ?? null);
  }

  /** Names lead to their holders until the returned function is called. Throws if they do already. */
  serve(): () => void {
    if (this.served !== null) throw new Error('names are already served by another registry');
    const served = {};
    this.served = served;
    this.wasServed = true;
    return () => {
      if (this.served === served) this.served = null;
    };
  }
}
