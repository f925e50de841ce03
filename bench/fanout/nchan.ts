/** nginx with nchan, where this machine has them: one worker, WebSocket subscribers, messages published by POST. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinned } from './pinned.ts';
import { portOf } from './published-lines.ts';
import type { Server } from './servers.ts';

const START_MS = 5_000;
const LOOK_AGAIN_MS = 50;
/** It outlives a bench that was killed by no more than this. */
const DEADLINE_S = 120;

/** Path of the module; null where nginx or nchan is not installed. */
export function findNchan(): string | null {
  const { stderr } = run('nginx', ['-V']);
  const folder = /--modules-path=(\S+)/.exec(stderr)?.[1];
  if (folder === undefined) return null;
  const path = join(folder, 'ngx_nchan_module.so');
  return existsSync(path) ? path : null;
}

export async function startNchan(module: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'zeno-bench-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(module, folder, port));
  const words = ['timeout', '--foreground', String(DEADLINE_S), 'nginx', '-p', folder, '-c', file];
  const [command, args] = pinned('server', words);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await listening(port);
    const master = readFileSync(join(folder, 'pid'), 'utf8').trim();
    const pid = Number(readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ')[0]);
    return { protocol: 'nchan', port, publishPort: port, pid, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration(module: string, folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  return `load_module ${module};
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/pid;
error_log stderr error;
events { worker_connections 15000; }
http {
  access_log off;
  keepalive_requests 100000000;
  tcp_nodelay on;
  ${temporary}
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location = /publish { nchan_publisher; nchan_channel_id bench; nchan_message_buffer_length 100; }
    location = /subscribe {
      nchan_subscriber websocket;
      nchan_channel_id bench;
      nchan_subscriber_first_message newest;
    }
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number): Promise<void> {
  for (const endMs = performance.now() + START_MS; performance.now() < endMs; await sleep(LOOK_AGAIN_MS)) {
    const socket = createConnection(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
  }
  throw new Error('nginx does not listen');
}

/** nginx tells its version on stderr. */
function run(command: string, args: readonly string[]): { stderr: string } {
  try {
    return {
      stderr: execFileSync('bash', ['-c', `${command} ${args.join(' ')} 2>&1`], { encoding: 'utf8' }),
    };
  } catch {
    return { stderr: '' };
  }
}
