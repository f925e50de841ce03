/** A folder for one test, and fingerprints of what is in it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class TemporaryFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'zeno-folder-'));

  file(name: string): string {
    return join(this.path, name);
  }

  /** Each entry's name with the hash of its bytes. */
  fingerprint(): string[] {
    return readdirSync(this.path)
      .toSorted()
      .map((name) => {
        const path = this.file(name);
        if (statSync(path).isDirectory()) return `${name}/`;
        return `${name} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
      });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
