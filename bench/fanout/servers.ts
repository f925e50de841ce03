/** The servers that are measured, each in a process of its own on the servers' core, started anew for every measurement. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { type Question, Reply } from './parent.ts';
import { pinned } from './pinned.ts';

/** What the load generator speaks to it. */
export type Protocol = 'plain' | 'centrifugal' | 'sse' | 'socket.io' | 'nchan';

export interface Server extends AsyncDisposable {
  readonly protocol: Protocol;
  readonly port: number;
  readonly publishPort: number;
  /** The process that does the work. */
  readonly pid: number;
}

export interface NodeServer extends Server {
  ask<Q extends Question>(question: Q): Promise<Extract<Reply, { readonly type: Q }>>;
}

const ANSWER_MS = 20_000;

const files: Readonly<Record<Exclude<Protocol, 'nchan'>, string>> = {
  plain: 'plain-server.ts',
  centrifugal: 'zeno-server.ts',
  sse: 'zeno-server.ts',
  'socket.io': 'socket-io-server.ts',
};

export async function startServer(protocol: Exclude<Protocol, 'nchan'>): Promise<NodeServer> {
  const file = join(import.meta.dirname, files[protocol]);
  const [command, args] = pinned('server', [process.execPath, '--expose-gc', file]);
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port, publishPort } = await reply(child, 'listening').catch(async (error: unknown) => {
    await end(child);
    throw error;
  });
  return {
    protocol,
    port,
    publishPort,
    // The shell and taskset have become the server.
    pid: child.pid ?? 0,
    ask(question) {
      child.send(question);
      return reply(child, question);
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function reply<T extends Reply['type']>(
  child: ChildProcess,
  type: T,
): Promise<Extract<Reply, { readonly type: T }>> {
  const timer = AbortSignal.timeout(ANSWER_MS);
  const exit = new AbortController();
  const fail = () => exit.abort(new Error('the server ended'));
  child.once('exit', fail);
  try {
    const [message] = await once(child, 'message', { signal: AbortSignal.any([timer, exit.signal]) });
    const said = Value.Parse(Reply, message);
    if (!isOf(said, type)) throw new Error(`${said.type} instead of ${type}`);
    return said;
  } finally {
    child.off('exit', fail);
  }
}

function isOf<T extends Reply['type']>(said: Reply, type: T): said is Extract<Reply, { readonly type: T }> {
  return said.type === type;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
