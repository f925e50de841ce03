/**
 * EventSources that come back also where the browser gives them up, which it does on any answer that is no stream, and
 * does not say which one it was: so the same is asked for once more as an ordinary request. What is refused for good is
 * not asked for again.
 */
/** @import { Status } from './live.js' */
import { api, Refused } from '../api.js';

const comeBackMs = 1_000;

/**
 * @typedef {object} Wish
 * @property {string} path
 * @property {string} probe What to ask for instead, to hear why there is no stream.
 * @property {(source: EventSource) => void} listen
 * @property {() => string} lastId Of the newest message; empty before the first.
 * @property {(why: 403 | 404) => void} refused It will not come back.
 */

/** @param {(status: Status) => void} status */
export function streams(status) {
  let closed = false;
  /** How each stream is, by what stops it. @type {Map<() => void, 'begun' | 'open' | 'closed'>} */
  const states = new Map();

  function paint() {
    const now = [...states.values()];
    if (now.includes('closed')) status({ phase: 'reconnecting', detail: 'stream closed' });
    // Without any stream the node still answers: all of them have been refused.
    else if (now.includes('open') || now.length === 0) status({ phase: 'live', detail: '' });
  }

  function close() {
    closed = true;
    for (const stop of [...states.keys()]) stop();
  }

  /** Whether a refusal says that nothing may be read; then all ends. @param {unknown} error */
  function turnedAway(error) {
    if (!(error instanceof Refused) || error.status !== 401) return false;
    close();
    status({ phase: 'unauthorized', detail: '' });
    return true;
  }

  /** @param {Wish} wish @returns {() => void} How to stop it. */
  function open({ path, probe, listen, lastId, refused }) {
    /** @type {EventSource | null} */
    let source = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let again;
    const stop = () => {
      clearTimeout(again);
      source?.close();
      states.delete(stop);
    };
    /** @param {'open' | 'closed'} state */
    const is = (state) => {
      states.set(stop, state);
      paint();
    };
    const begin = () => {
      const id = lastId();
      source = new EventSource(id === '' ? path : `${path}?lastEventID=${encodeURIComponent(id)}`);
      source.onopen = () => is('open');
      source.onerror = () => {
        const isGivenUp = source?.readyState === EventSource.CLOSED;
        // The first answer may be a refusal, which is no trouble of the connection.
        if (!isGivenUp || states.get(stop) !== 'begun') is('closed');
        if (isGivenUp) void comeBack();
      };
      listen(source);
    };
    async function comeBack() {
      source?.close();
      try {
        await api(probe);
      } catch (error) {
        if (!states.has(stop) || turnedAway(error)) return;
        if (error instanceof Refused && (error.status === 403 || error.status === 404)) {
          stop();
          refused(error.status);
          paint();
          return;
        }
      }
      if (!states.has(stop)) return;
      is('closed');
      again = setTimeout(begin, comeBackMs);
    }
    states.set(stop, 'begun');
    begin();
    return stop;
  }

  return { open, close, turnedAway, isClosed: () => closed };
}
