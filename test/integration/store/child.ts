/** A real process running one of the fixtures beside this file, and what it has said so far, line by line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export class Child implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #errors = '';

  /** `limits` is shell that goes before the program, such as `ulimit -S -f 100`. */
  constructor(fixture: string, args: readonly string[], limits = ':') {
    const path = fileURLToPath(new URL(fixture, import.meta.url));
    const command = ['-c', `${limits}; exec "$0" "$@"`, process.execPath, path, ...args];
    this.#process = spawn('/bin/sh', command, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#ended = once(this.#process, 'close');
    let rest = '';
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      const parts = `${rest}${chunk}`.split('\n');
      rest = parts.pop() ?? '';
      this.lines.push(...parts);
    });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += chunk;
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The line with this index, as soon as it is there. */
  async line(index: number): Promise<string> {
    for (;;) {
      const line = this.lines[index];
      if (line !== undefined) return line;
      if (this.#process.exitCode !== null) throw new Error(`ended without line ${index}: ${this.#errors}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** Ends it and waits until all it said has arrived. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#process.kill(signal);
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL');
  }
}
