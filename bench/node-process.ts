/** A node as its own process, as a user starts it, and a stream of one of its runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const adminToken = 'bench-admin-token-0123456789';

export interface NodeProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process to the line with the link. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export async function startNodeProcess(env: Readonly<Record<string, string>> = {}): Promise<NodeProcess> {
  const { PATH } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'zeno-bench-'));
  const beganMs = performance.now();
  const child = spawn(process.execPath, ['src/main.ts'], {
    env: {
      ...(PATH !== undefined && { PATH }),
      ZENO_PORT: '0',
      ZENO_DATA: folder,
      ZENO_LOG: 'error',
      ZENO_ADMIN_TOKEN: adminToken,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await firstLine(child);
  const url = /http:\/\/[^/\s]+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`no link in ${line}`);
  async function stop(): Promise<void> {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
  const readyMs = performance.now() - beganMs;
  return { url, pid: child.pid ?? 0, readyMs, stop, [Symbol.asyncDispose]: stop };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text);
    });
    child.once('exit', (code) => reject(new Error(`the node ended with ${code} before it was ready`)));
  });
}

export interface EstimateEvent {
  readonly atMs: number;
  readonly n: number;
  readonly offset: number;
}

export interface Stream {
  /** The next estimate after the call. */
  next(): Promise<EstimateEvent>;
  close(): void;
}

export async function watch(url: string, run: string): Promise<Stream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/v1/series/${run}/events`, { agent: false }, resolve).on('error', reject);
  });
  let waiting: ((event: EstimateEvent) => void)[] = [];
  let text = '';
  response.on('error', () => {});
  response.on('data', (chunk) => {
    text += chunk;
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const match = /^event: estimate\nid: [0-9a-f]+:(\d+)\ndata: .*?"n":(\d+)/.exec(frame);
      if (match === null) continue;
      const event = { atMs: performance.now(), n: Number(match[2]), offset: Number(match[1]) };
      for (const tell of waiting.splice(0)) tell(event);
    }
  });
  return {
    next: () =>
      new Promise((resolve) => {
        waiting = [...waiting, resolve];
      }),
    close: () => response.destroy(),
  };
}

export async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
