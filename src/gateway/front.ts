/**
 * The listening socket, apart from the app behind it: a killed Listener listens anew on the same port while the
 * streams that are open live on. Each time has its own `http.Server`; what they accepted is remembered together, so
 * that at the end of the node nothing stays open.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Limits } from '../protocols/limits.ts';
import type { Front, Listened } from '../protocols/ports/front.ts';
import type { Log } from '../protocols/ports/log.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import { answerUnreadable, faultOf } from './unreadable.ts';
import { routeUpgrade } from './upgrades.ts';

interface FrontOptions {
  readonly host: string;
  /** 0 = any free port the first time, and the same one from then on. */
  readonly port: number;
  readonly limits: Pick<
    Limits,
    'connections' | 'socketsPerAddress' | 'headersMs' | 'requestMs' | 'headerBytes'
  >;
  /** Behind a proxy all sockets come from its address, so they are not told apart by it. */
  readonly trustProxy: boolean;
  readonly log: Pick<Log, 'error'>;
  readonly meter: Meter;
}

export interface HttpFront extends Front {
  /** The end of the node: listens no more, and every connection is cut. Resolves when all are gone. */
  closeAll(): Promise<void>;
}

/** How often it is looked for requests whose time is over. */
const LOOK_MS = 1_000;

/**
 * Sockets beyond the streams: short requests, and keep-alive between them. One that comes while all are taken is closed
 * unanswered, and counts as one beyond `connections`.
 */
const OTHER_SOCKETS = 1_000;

/** How long a socket without a request is kept for the next one; then it is closed. */
const KEEP_ALIVE_MS = 5_000;

/** Headers of one request that are read; those behind them are not seen, as if they had not been sent. */
const HEADERS_MAX = 100;

/** `handler` is the app's `routing`. */
export function createFront(handler: RequestListener, options: FrontOptions): HttpFront {
  /** All that are open, with the address each came from. */
  const sockets = new Map<Socket, string>();
  const byAddress = new Map<string, number>();
  let port = options.port;
  let current: Server | null = null;
  let ended = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** One address can't take all the sockets there are, however little it sends over them. */
  function enter(socket: Socket): void {
    const address = options.trustProxy ? '' : (socket.remoteAddress ?? '');
    const held = (byAddress.get(address) ?? 0) + 1;
    byAddress.set(address, held);
    sockets.set(socket, address);
    socket.on('close', leave);
    if (options.trustProxy || held <= options.limits.socketsPerAddress) return;
    options.meter.limited('socketsPerAddress');
    socket.destroy();
  }

  /** The same function for all sockets, to spare each a closure; a socket that is closed has forgotten its address. */
  function leave(this: Socket): void {
    const address = sockets.get(this) ?? '';
    sockets.delete(this);
    const left = (byAddress.get(address) ?? 1) - 1;
    if (left === 0) byAddress.delete(address);
    else byAddress.set(address, left);
  }

  async function listenNow(): Promise<Listened> {
    if (ended) return { kind: 'refused', detail: 'This node is ending and listens no more.' };
    // A Listener that was killed before it was told of its socket could not close it.
    current?.close();
    const server = createHttpServer(handler, options);
    server.on('connection', enter);
    current = server;
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      server.once('error', resolve);
      server.listen({ host: options.host, port }, () => {
        server.off('error', resolve);
        resolve(null);
      });
    });
    if (error !== null) return { kind: 'refused', detail: whyRefused(error.code, options.host, port) };
    server.on('error', (err) => options.log.error({ err }, 'a connection could not be accepted'));
    port = (server.address() as AddressInfo).port;
    return {
      kind: 'listening',
      listening: { url: urlOf(options.host, port), close: () => void server.close() },
    };
  }

  return {
    listen() {
      const listened = turn.then(listenNow);
      turn = listened.catch(() => {});
      return listened;
    },
    async closeAll() {
      ended = true;
      await turn;
      current?.close();
      const gone = [...sockets.keys()].map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      );
      for (const socket of sockets.keys()) socket.destroy();
      await Promise.all(gone);
    },
  };
}

function createHttpServer(handler: RequestListener, { limits, meter }: FrontOptions): Server {
  const server = createServer(
    {
      headersTimeout: Math.min(limits.headersMs, limits.requestMs),
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: LOOK_MS,
      maxHeaderSize: limits.headerBytes,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAlive: true,
      noDelay: true,
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    handler,
  );
  server.on('upgrade', routeUpgrade(handler));
  // Node would refuse what it does not know without a word; the app has one.
  server.on('checkExpectation', handler);
  server.maxHeadersCount = HEADERS_MAX;
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const fault = faultOf(error.code);
    if (fault.limit !== null) meter.limited(fault.limit);
    answerUnreadable(stream, fault);
  });
  server.maxConnections = limits.connections + OTHER_SOCKETS;
  server.on('drop', () => meter.limited('connections'));
  return server;
}

function urlOf(host: string, port: number): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

function whyRefused(code: string | undefined, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use. End what listens there, or set ZENO_PORT to another port (0 for any).`;
    case 'EACCES':
      return `Port ${port} of ${host} is not allowed to this process. Set ZENO_PORT to 1024 or above.`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine. Set ZENO_HOST to one, 127.0.0.1 for this machine alone or 0.0.0.0 for all.`;
    default:
      return `Listening on port ${port} of ${host} failed (${code}). Check ZENO_HOST and ZENO_PORT.`;
  }
}
