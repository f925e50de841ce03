/** A real redis-server of a test's own, with an append-only file: started, killed, stopped and continued by pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_DEADLINE_MS = 15_000;
/** Below those that the system hands out to whoever asks for any. */
const PORTS = { first: 20_000, count: 10_000 };

export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #fsync: 'everysec' | 'always';
  #process: ChildProcess | null = null;
  readonly #atOurEnd = () => void this.#process?.kill('SIGKILL');

  private constructor(port: number, fsync: 'everysec' | 'always') {
    this.port = port;
    this.#fsync = fsync;
    this.#folder = mkdtempSync(join(tmpdir(), 'zeno-redis-'));
    process.once('exit', this.#atOurEnd);
  }

  /** On a free port. */
  static async start(fsync: 'everysec' | 'always' = 'everysec'): Promise<RedisServer> {
    for (;;) {
      const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
      if (await answers(port)) continue;
      const server = new RedisServer(port, fsync);
      await server.start();
      return server;
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it (again) on the same port with what its file holds. */
  async start(): Promise<void> {
    const settings = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.#folder,
      save: '',
      appendonly: 'yes',
      appendfsync: this.#fsync,
      daemonize: 'no',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    this.#process = child;
    const failed = once(child, 'error').then(([error]) => Promise.reject(error));
    await Promise.race([failed, this.#untilReady(child)]);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** At once, and everything that was not written with it. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Kills it and loses what it held. */
  async lose(): Promise<void> {
    await this.kill();
    rmSync(join(this.#folder, 'appendonlydir'), { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    process.off('exit', this.#atOurEnd);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const untilMs = performance.now() + START_DEADLINE_MS;
    while (!(await answers(this.port))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      if (performance.now() > untilMs) throw new Error('redis-server does not answer');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Whether a Redis that has loaded its file answers there. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
