/**
 * A client that stays: whenever its connection ends it comes back with its position, as EventSource and the stock
 * SDKs do, and writes down everything it is given. One for each transport, so that one suite of promises judges all.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';
import { type Publication, RawClient } from './raw-client.ts';
import { epochOf, httpStream, offsetOf } from './sse-reader.ts';

export interface Seen {
  readonly kind: 'snapshot' | 'recovered' | 'estimate';
  readonly epoch: string;
  readonly offset: number;
  /** The estimate as JSON text; empty for `recovered` and for a snapshot of nothing. */
  readonly data: string;
  /** Why there is a snapshot; how many estimates were missed. */
  readonly why: string | number;
}

type Position = Pick<Seen, 'epoch' | 'offset'>;

export interface ResumingClient {
  readonly seen: readonly Seen[];
  /** Waits for so many more estimates. */
  more(count: number): Promise<void>;
  /** Cuts the connection, as a network does; it comes back, after `awayMs`. */
  drop(awayMs?: number): void;
  /** Stays away from now on. */
  close(): void;
}

/** One connection, from a position or from nothing, until it ends. */
interface Visit {
  readonly ended: Promise<unknown>;
  cut(): void;
}

type Enter = (url: string, run: string, from: Position | null, see: (seen: Seen) => void) => Promise<Visit>;

const COME_BACK_MS = 30;

function stayingBy(enter: Enter) {
  return (url: string, run: string): ResumingClient => {
    const seen: Seen[] = [];
    let visit: Visit | null = null;
    let away = false;
    let awayMs = COME_BACK_MS;
    const stay = async () => {
      while (!away) {
        const last = seen.at(-1);
        try {
          visit = await enter(url, run, last ?? null, (event) => seen.push(event));
          if (away) visit.cut();
          await visit.ended;
        } catch {
          // Nobody is there just now.
        }
        await sleep(awayMs);
        awayMs = COME_BACK_MS;
      }
    };
    const staying = stay();
    const estimates = () => seen.filter(({ kind }) => kind === 'estimate').length;
    const close = () => {
      away = true;
      visit?.cut();
    };
    onTestFinished(async () => {
      close();
      await staying;
    });
    return {
      seen,
      async more(count) {
        const wanted = estimates() + count;
        await eventually(
          `${count} more estimates after ${JSON.stringify(seen.at(-1))?.slice(0, 200)}`,
          () => estimates() >= wanted,
        );
      },
      drop(ms = COME_BACK_MS) {
        awayMs = ms;
        visit?.cut();
      },
      close,
    };
  };
}

const bySse: Enter = async (url, run, from, see) => {
  const lastEventId = from === null ? undefined : `${from.epoch}:${from.offset}`;
  const stream = await httpStream(`${url}/v1/series/${run}/events`, { lastEventId });
  let read = 0;
  stream.onEvents(() => {
    for (; read < stream.events.length; read += 1) {
      const { event, id, data } = stream.events[read] ?? { event: '', id: null, data: '' };
      if (event === 'snapshot' && id !== null) {
        const { reason, estimate } = JSON.parse(data);
        const text = estimate === null ? '' : JSON.stringify(estimate);
        see({ kind: 'snapshot', epoch: epochOf(id), offset: offsetOf(id), data: text, why: reason });
      } else if (event === 'state' && from !== null) {
        const { recovered, missed } = JSON.parse(data);
        if (recovered) see({ ...from, kind: 'recovered', data: '', why: missed });
      } else if (event === 'estimate' && id !== null) {
        see({ kind: 'estimate', epoch: epochOf(id), offset: offsetOf(id), data, why: '' });
      }
    }
  });
  return { ended: stream.ended, cut: () => stream.close() };
};

const byWebSocket: Enter = async (url, run, from, see) => {
  const client = await RawClient.open(url);
  let epoch = '';
  let id = 2;
  const subscribe = (position: Position | null) => {
    const recover =
      position === null ? {} : { recover: true, epoch: position.epoch, offset: position.offset };
    client.say({ subscribe: { channel: run, ...recover }, id });
  };
  const publish = ({ offset, data }: Publication) =>
    see({ kind: 'estimate', epoch, offset, data: JSON.stringify(data), why: '' });
  let last = from;
  client.onSaid(({ subscribe: reply, push }) => {
    if (reply !== undefined) {
      epoch = reply.epoch;
      const { offset, publications, data } = reply;
      if (reply.recovered) {
        see({ kind: 'recovered', epoch, offset, data: '', why: data.missed ?? -1 });
        publications.forEach(publish);
      } else {
        const text = publications[0] === undefined ? '' : JSON.stringify(publications[0].data);
        see({ kind: 'snapshot', epoch, offset, data: text, why: data.reason ?? '' });
      }
    }
    if (push?.pub !== undefined) {
      publish(push.pub);
      last = { epoch, offset: push.pub.offset };
    }
    if (push?.unsubscribe !== undefined && push.unsubscribe.code >= 2_500) {
      id += 1;
      subscribe(last);
    }
  });
  client.say({ connect: {}, id: 1 });
  subscribe(from);
  return { ended: client.closed, cut: () => client.socket.terminate() };
};

export const transports = [
  { transport: 'SSE', watch: stayingBy(bySse) },
  { transport: 'WebSocket', watch: stayingBy(byWebSocket) },
] as const;

export interface Judged {
  readonly estimates: number;
  readonly recoveries: number;
  /** Why, for each snapshot. */
  readonly snapshots: readonly (string | number)[];
}

/** Throws at the first estimate that is missing, doubled or out of order, and at a recovery that was not one. */
export function judge(seen: readonly Seen[]): Judged {
  seen.forEach(({ kind, epoch, offset }, index) => {
    const has = seen[index - 1];
    const step = has?.epoch === epoch ? offset - has.offset : null;
    if (kind === 'snapshot' || step === (kind === 'recovered' ? 0 : 1)) return;
    throw new Error(`${kind} ${epoch}:${offset} after ${has?.epoch}:${has?.offset}`);
  });
  const of = (kind: Seen['kind']) => seen.filter((event) => event.kind === kind);
  return {
    estimates: of('estimate').length,
    recoveries: of('recovered').length,
    snapshots: of('snapshot').map(({ why }) => why),
  };
}
