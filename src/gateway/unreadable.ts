/**
 * Requests that are none: not HTTP, larger than a request may be, or dripped byte by byte until their time was over.
 * There is no request to route and no reply to send, so the answer goes to the socket itself, which then closes.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { LimitName } from '../protocols/limits.ts';

interface Fault {
  readonly status: number;
  readonly detail: string;
  /** The bound that was reached, if it was one. */
  readonly limit: Extract<LimitName, 'requestMs' | 'headerBytes'> | null;
}

const garbled: Fault = {
  status: 400,
  detail: 'What was sent is no HTTP request this server can read.',
  limit: null,
};

const faults: Readonly<Record<string, Fault>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    detail: 'The request did not come in time; send it whole, and at once.',
    limit: 'requestMs',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    detail: 'The headers are larger than this server takes; send less.',
    limit: 'headerBytes',
  },
};

/** What is wrong with a request that failed with this code of Node's. */
export function faultOf(code: string | undefined): Fault {
  return (code === undefined ? undefined : faults[code]) ?? garbled;
}

/** Answers and closes, unless the client has gone. */
export function answerUnreadable(socket: Duplex, { status, detail }: Fault): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const title = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'content-type: application/problem+json',
    `content-length: ${body.length}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
