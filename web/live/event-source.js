/** The page over Server-Sent Events, by the browser's own EventSource; the list of runs is asked for by version. */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */
/** @import { LobbyView } from '../../src/protocols/wire/lobby.ts' */
/** @import { StateChange } from '../../src/protocols/wire/stream.ts' */
/** @import { Position } from '../model/continuity.js' */
/** @import { Hearing, Live } from './live.js' */
import { api, Refused } from '../api.js';

const askListMs = 1_000;
const comeBackMs = 1_000;
const feedTypes = ['start', 'exit', 'restart', 'intensity-exceeded', 'dead-letter', 'dropped', 'note'];

/** @param {Hearing} hearing @returns {Live} */
export function openEventSource({ status, lobby, event }) {
  let closed = false;
  /** @type {Set<() => void>} */
  const open = new Set();

  status({ phase: 'connecting', detail: '' });
  void followList();
  const stopFeed = stream('/v1/supervision/events', (source) => {
    for (const type of feedTypes) source.addEventListener(type, ({ data }) => event(JSON.parse(data)));
  });

  async function followList() {
    let since = '';
    while (!closed) {
      try {
        /** @type {LobbyView} */
        const view = await api(`/v1/series${since}`);
        since = `?since=${view.epoch}:${view.version}`;
        lobby(view);
      } catch {
        // The streams say how the connection is; the list comes again with it.
      }
      await new Promise((resolve) => setTimeout(resolve, askListMs));
    }
  }

  /**
   * A stream that comes back also where EventSource gives up, which it does on any answer that is no stream.
   * @param {string} path @param {(source: EventSource) => void} listen @param {() => string} [lastId]
   * @param {(why: string) => void} [refused]
   */
  function stream(path, listen, lastId = () => '', refused = () => {}) {
    /** @type {EventSource | null} */
    let source = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let again;
    const begin = () => {
      const id = lastId();
      source = new EventSource(id === '' ? path : `${path}?lastEventID=${encodeURIComponent(id)}`);
      source.onopen = () => status({ phase: 'live', detail: '' });
      source.onerror = () => {
        status({ phase: 'reconnecting', detail: 'stream closed' });
        if (source?.readyState === EventSource.CLOSED) void comeBack();
      };
      listen(source);
    };
    async function comeBack() {
      source?.close();
      try {
        await api(path.replace(/\/events$/, ''));
      } catch (error) {
        if (error instanceof Refused && error.status === 404) {
          refused(error.message);
          return;
        }
      }
      if (!closed) again = setTimeout(begin, comeBackMs);
    }
    begin();
    const stop = () => {
      clearTimeout(again);
      source?.close();
      open.delete(stop);
    };
    open.add(stop);
    return stop;
  }

  return {
    watch(run, listener) {
      let id = '';
      /** @param {MessageEvent} message @returns {Position} */
      const positionOf = ({ lastEventId }) => {
        id = lastEventId;
        const [epoch = '', offset = '0'] = lastEventId.split(':');
        return { epoch, offset: Number(offset) };
      };
      return stream(
        `/v1/series/${run}/events`,
        (source) => {
          source.addEventListener('snapshot', (message) => {
            /** @type {{ estimate: Estimate | null, reason: string }} */
            const { estimate, reason } = JSON.parse(message.data);
            listener.snapshot(positionOf(message), estimate, reason);
          });
          source.addEventListener('estimate', (message) =>
            listener.estimate(positionOf(message), JSON.parse(message.data)),
          );
          source.addEventListener('state', ({ data }) => {
            /** @type {StateChange} */
            const change = JSON.parse(data);
            listener.state(change);
            if (change.recovered) listener.recovered(change.missed ?? 0);
          });
        },
        () => id,
        listener.ended,
      );
    },
    close() {
      closed = true;
      stopFeed();
      for (const stop of open) stop();
    },
  };
}
