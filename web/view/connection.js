/** How the page is connected, told honestly; by what, which may be switched; and what it has checked of the promise. */
/** @import { Continuity } from '../model/continuity.js' */
/** @import { Status } from '../live/live.js' */
import { age, grouped } from '../model/format.js';
import { h, place, setText } from './element.js';

/** @typedef {'websocket' | 'sse'} TransportName */

/** @param {Status} status @param {string} since */
function said({ phase, detail }, since) {
  const why = detail === '' ? '' : ` (${detail})`;
  switch (phase) {
    case 'connecting':
      return `connecting … · ${since}`;
    case 'live':
      return `live · ${since}`;
    case 'reconnecting':
      return `reconnecting …${why} · ${since}`;
    case 'unauthorized':
      return detail;
    case 'disconnected':
      return `disconnected${why}: reload the page`;
  }
}

/** @param {TransportName} chosen @param {(name: TransportName) => void} choose */
export function connectionView(chosen, choose) {
  const dot = h('span', { class: 'dot', 'aria-hidden': 'true' });
  const state = h('span', {
    id: 'phase',
    'aria-live': 'polite',
    title: 'How the connection is, and for how long it has been so.',
  });
  const gaps = h('b', { id: 'gaps' }, '0');
  const repeats = h('b', { id: 'repeats' }, '0');
  const received = h('b', { id: 'received' }, '0');
  /** @param {TransportName} name @param {string} label */
  const option = (name, label) =>
    h(
      'button',
      {
        type: 'button',
        'aria-pressed': String(name === chosen),
        'data-transport': name,
        click: () => choose(name),
      },
      label,
    );
  place('connection').replaceChildren(
    h('span', { class: 'state' }, dot, state),
    h(
      'span',
      { class: 'switch', role: 'group', 'aria-label': 'Transport' },
      option('websocket', 'WebSocket'),
      option('sse', 'SSE'),
    ),
    h(
      'span',
      {
        class: 'counters',
        title: 'Counted by this page from the offsets it receives. Both stay 0, whatever you kill.',
      },
      h('span', {}, received, ' estimates'),
      h('span', {}, gaps, ' gaps'),
      h('span', {}, repeats, ' repeats'),
    ),
  );
  let sinceMs = performance.now();
  /** @type {Status} */
  let now = { phase: 'connecting', detail: '' };
  const paint = () => {
    setText(state, said(now, age(performance.now() - sinceMs)));
    document.body.dataset.phase = now.phase;
  };
  setInterval(paint, 1_000);
  paint();
  return {
    /** @param {Status} status */
    status(status) {
      if (status.phase !== now.phase) sinceMs = performance.now();
      now = status;
      paint();
    },
    /** @param {TransportName} name */
    chosen(name) {
      for (const button of place('connection').querySelectorAll('button')) {
        button.setAttribute('aria-pressed', String(button.dataset.transport === name));
      }
    },
    /** @param {Continuity} seen */
    counted(seen) {
      setText(gaps, grouped(seen.gaps));
      setText(repeats, grouped(seen.repeats));
      setText(received, grouped(seen.received));
      gaps.parentElement?.classList.toggle('broken', seen.gaps > 0);
      repeats.parentElement?.classList.toggle('broken', seen.repeats > 0);
    },
  };
}
