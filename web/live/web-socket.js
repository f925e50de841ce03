/** The page over WebSocket, by the stock Centrifugo client, as anybody's page could be. */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */
/** @import { LobbyView } from '../../src/protocols/wire/lobby.ts' */
/** @import { StateChange } from '../../src/protocols/wire/stream.ts' */
/** @import { SupervisionEvent } from '../../src/protocols/wire/supervision.ts' */
/** @import { EndOfRun, Hearing, Live, RunListener } from './live.js' */
import { Centrifuge } from 'centrifuge';

/** Why a connection has ended that the client does not open again: by the reply to its connect, or a close. */
const unauthorized = [1, 101, 109, 3500];
const closedByUs = 0;
/** Ends of a subscription: as the reply to it, or later. */
const unknownChannel = 102;
const denied = [103, 2001];

/** @param {Hearing} hearing @returns {Live} */
export function openWebSocket({ status, lobby, noLobby, event }) {
  const url = new URL('/connection/websocket', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const client = new Centrifuge(url.href, { minReconnectDelay: 200, maxReconnectDelay: 4_000 });
  /** @type {Map<string, RunListener>} */
  const watched = new Map();
  let connectedOnce = false;

  client.on('connecting', ({ reason }) =>
    status(connectedOnce ? { phase: 'reconnecting', detail: reason } : { phase: 'connecting', detail: '' }),
  );
  client.on('connected', () => {
    connectedOnce = true;
    status({ phase: 'live', detail: '' });
  });
  client.on('disconnected', ({ code, reason }) => {
    // Unlike `connecting` this is the end: the client does not come back by itself.
    if (code !== closedByUs) {
      status({ phase: unauthorized.includes(code) ? 'unauthorized' : 'disconnected', detail: reason });
    }
  });
  // What is said of a run beside its estimates.
  client.on('message', ({ data }) => {
    /** @type {StateChange} */
    const change = data;
    watched.get(change.run)?.state(change);
  });

  const list = client.newSubscription('lobby');
  list.on('publication', ({ data }) => lobby(/** @type {LobbyView} */ (data)));
  list.on('unsubscribed', ({ code }) => {
    if (denied.includes(code)) noLobby();
  });
  list.subscribe();
  let seen = 0;
  const feed = client.newSubscription('supervision');
  feed.on('publication', ({ data }) => {
    /** @type {SupervisionEvent} */
    const entry = data;
    // After a reconnect the feed begins with what is kept of it; a restarted node counts anew.
    if (entry.seq <= seen && entry.seq !== 1) return;
    seen = entry.seq;
    event(entry);
  });
  feed.on('subscribed', () => {
    seen = 0;
  });
  feed.subscribe();
  client.connect();

  return {
    watch(run, listener) {
      watched.set(run, listener);
      const subscription = client.newSubscription(run);
      let epoch = '';
      let awaitsSnapshot = false;
      subscription.on('subscribed', ({ recovered, streamPosition, data }) => {
        epoch = streamPosition?.epoch ?? '';
        const offset = streamPosition?.offset ?? 0;
        if (recovered) {
          listener.state(data);
          listener.recovered(data.missed);
          return;
        }
        // The snapshot itself is the next publication, unless nothing has been published.
        awaitsSnapshot = offset > 0;
        if (!awaitsSnapshot) listener.snapshot({ epoch, offset }, null, data.reason);
      });
      subscription.on('publication', ({ data, offset = 0 }) => {
        /** @type {Estimate} */
        const estimate = data;
        if (awaitsSnapshot) listener.snapshot({ epoch, offset }, estimate, '');
        else listener.estimate({ epoch, offset }, estimate);
        awaitsSnapshot = false;
      });
      subscription.on('unsubscribed', ({ code }) => {
        if (code >= 100) listener.ended(endOf(code, epoch !== ''));
      });
      subscription.subscribe();
      return () => {
        watched.delete(run);
        subscription.removeAllListeners();
        subscription.unsubscribe();
        client.removeSubscription(subscription);
      };
    },
    close: () => client.disconnect(),
  };
}

/** @param {number} code @param {boolean} wasSeen @returns {EndOfRun} */
function endOf(code, wasSeen) {
  if (denied.includes(code)) return 'denied';
  return code === unknownChannel && !wasSeen ? 'unknown' : 'ended';
}
