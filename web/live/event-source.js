/** The page over Server-Sent Events, by the browser's own EventSource; the list of runs is asked for by version. */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */
/** @import { LobbyView } from '../../src/protocols/wire/lobby.ts' */
/** @import { StateChange } from '../../src/protocols/wire/stream.ts' */
/** @import { Position } from '../model/continuity.js' */
/** @import { Hearing, Live } from './live.js' */
import { api, Refused } from '../api.js';
import { streams } from './streams.js';

const askListMs = 1_000;
const feedTypes = ['start', 'exit', 'restart', 'intensity-exceeded', 'dead-letter', 'dropped', 'note'];

/** @param {Hearing} hearing @returns {Live} */
export function openEventSource({ status, lobby, noLobby, event, mayWatch }) {
  const all = streams(status);
  status({ phase: 'connecting', detail: '' });
  if (mayWatch('lobby')) void followList();
  else noLobby();
  if (mayWatch('supervision')) followFeed();

  function followFeed() {
    all.open({
      path: '/v1/supervision/events',
      // The feed itself would answer without an end.
      probe: '/v1/supervision/tree?limit=1',
      listen(source) {
        for (const type of feedTypes) source.addEventListener(type, ({ data }) => event(JSON.parse(data)));
      },
      lastId: () => '',
      refused: () => {},
    });
  }

  async function followList() {
    let since = '';
    while (!all.isClosed()) {
      try {
        /** @type {LobbyView} */
        const view = await api(`/v1/series${since}`);
        if (all.isClosed()) return;
        since = `?since=${view.epoch}:${view.version}`;
        lobby(view);
      } catch (error) {
        if (all.isClosed() || all.turnedAway(error)) return;
        if (error instanceof Refused && error.status === 403) {
          noLobby();
          return;
        }
        // The streams say how the connection is; the list comes again with it.
      }
      await new Promise((resolve) => setTimeout(resolve, askListMs));
    }
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
      return all.open({
        path: `/v1/series/${run}/events`,
        probe: `/v1/series/${run}`,
        listen(source) {
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
        lastId: () => id,
        refused(why) {
          if (why === 403) listener.ended('denied');
          else listener.ended(id === '' ? 'unknown' : 'ended');
        },
      });
    },
    close: all.close,
  };
}
