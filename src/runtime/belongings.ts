/** What an incarnation owns outside itself, as an Erlang process owns its ports: none of it outlives the incarnation. */
import { asError } from './exit-reason.ts';

/** What it gives back is waited for if it is a promise. */
export type Release = () => unknown;

export class Belongings {
  private readonly note: (text: string) => void;
  private readonly releases: { readonly release: Release }[] = [];

  /** `note` hears of releases that fail. */
  constructor(note: (text: string) => void) {
    this.note = note;
  }

  /** Returns how to release it early. */
  add(release: Release): () => void {
    const belonging = { release };
    this.releases.push(belonging);
    return () => {
      const at = this.releases.indexOf(belonging);
      if (at < 0) return;
      this.releases.splice(at, 1);
      void this.release(release);
    };
  }

  /** Newest first, one after the other. */
  async releaseInOrder(): Promise<void> {
    for (let last = this.releases.pop(); last !== undefined; last = this.releases.pop()) {
      await this.release(last.release);
    }
  }

  /** Newest first, all begun before this returns. */
  releaseNow(): void {
    for (let last = this.releases.pop(); last !== undefined; last = this.releases.pop()) {
      void this.release(last.release);
    }
  }

  private release(release: Release): void | Promise<void> {
    const failed = (thrown: unknown) => this.note(`release failed: ${asError(thrown).message}`);
    try {
      const released = release();
      if (released instanceof Promise) return released.catch(failed);
    } catch (thrown) {
      failed(thrown);
    }
  }
}
