/**
 * One request, one answer, over node:http and a connection of its own: nothing is added to what a test says, so that
 * it can send any Host, Origin or body, and come from another loopback address.
 */
import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Compile } from 'typebox/compile';
import { RunView } from '../../src/protocols/wire/run-view.ts';
import { type TreeNode, TreeView } from '../../src/protocols/wire/supervision.ts';
import { eventually } from './eventually.ts';
import { adminToken } from './node-process.ts';

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent as they are, anything else as JSON; both as application/json unless `headers` says otherwise. */
  readonly body?: unknown;
  /** Address to come from, such as 127.0.0.2. */
  readonly from?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const TIMEOUT_MS = 10_000;

export const bearer = { authorization: `Bearer ${adminToken}` };

export function ask(
  url: string,
  { method = 'GET', headers = {}, body, from }: Asked = {},
): Promise<Answered> {
  const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const sent = raw ? body : JSON.stringify(body);
  const typed = sent === undefined ? {} : { 'content-type': 'application/json' };
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const asked = request(
    url,
    {
      method,
      agent: false,
      headers: { ...typed, ...headers },
      timeout: TIMEOUT_MS,
      ...(from !== undefined && { localAddress: from }),
    },
    (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      text(response).then((whole) => resolve({ status, headers: answered, text: whole }), reject);
    },
  );
  asked.on('timeout', () => asked.destroy(new Error(`${method} ${url} took over ${TIMEOUT_MS} ms`)));
  asked.on('error', reject).end(sent);
  return promise;
}

const runShape = Compile(RunView);
const treeShape = Compile(TreeView);

/** `GET /v1/series/{run}`. */
export async function getRun(url: string, run: string): Promise<RunView> {
  const { text: body } = await ask(`${url}/v1/series/${run}`);
  return runShape.Parse(JSON.parse(body));
}

/** The run once it rests: nobody watches it, nothing is computed or stored any more. */
export function atRest(url: string, run: string): Promise<RunView> {
  return eventually(`${run} at rest`, async () => {
    const before = await getRun(url, run);
    if (before.state !== 'idle' || before.ranges.length > 0) return null;
    // Its last commit may still be on its way.
    await sleep(100);
    const after = await getRun(url, run);
    return after.position.offset === before.position.offset && after;
  });
}

/** A run in the body of another answer. */
export function asRun(body: string): RunView {
  return runShape.Parse(JSON.parse(body));
}

/** Every process of the tree, the root first. */
export async function getProcesses(url: string): Promise<readonly TreeNode[]> {
  const { text: body } = await ask(`${url}/v1/supervision/tree`);
  const flat = (node: TreeNode): TreeNode[] => [node, ...node.children.flatMap(flat)];
  return flat(treeShape.Parse(JSON.parse(body)).root);
}

/** Whether a process is a client's session, and not what supervises sessions. */
export function isSession({ path }: { readonly path: string }): boolean {
  return /^root\/edge\/sessions\/\d+\/./.test(path);
}

/** Paths of the sessions there are now. */
export async function sessionsOf(url: string): Promise<readonly string[]> {
  return (await getProcesses(url)).filter(isSession).map(({ path }) => path);
}

/** `POST /v1/supervision/kill` as admin. */
export function kill(url: string, body: unknown): Promise<Answered> {
  return ask(`${url}/v1/supervision/kill`, { method: 'POST', headers: bearer, body });
}
