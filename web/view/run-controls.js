/** What a person may do with a run: start one of his own from term 1, and set the pace of his own. */
/** @import { Pace, RunView } from '../../src/protocols/wire/run-view.ts' */
import { api } from '../api.js';
import { h, notice } from './element.js';

const startPace = { mode: 'walk', termsPerSecond: 7 };
const ownKey = 'own-runs';

/** Runs that this browser has started. @returns {string[]} */
const own = () => JSON.parse(localStorage.getItem(ownKey) ?? '[]');

/** @param {RunView} view @param {boolean} isLoggedIn */
export function runControls(view, isLoggedIn) {
  const mine = own().includes(view.run) || (isLoggedIn && view.run.includes('~'));
  return h('div', {}, start(view), ...(mine ? [pace(view), pause(view), end(view)] : []));
}

/** @param {RunView} view */
function start({ series }) {
  return button('Run my own from term 1', 'start-own', async () => {
    /** @type {RunView} */
    const view = await api(`/v1/series/${series}/runs`, { method: 'POST', body: { pace: startPace } });
    localStorage.setItem(ownKey, JSON.stringify([...own().slice(-31), view.run]));
    location.hash = `#/${view.run}`;
  });
}

/** @param {RunView} view */
function pace({ run, pace: now }) {
  const speed = h('input', {
    type: 'range',
    min: '1',
    max: '50',
    value: String(now.mode === 'walk' ? now.termsPerSecond : startPace.termsPerSecond),
    'aria-label': 'Terms a second',
  });
  const shown = h('span', { class: 'speed' });
  /** @type {HTMLElement[]} */
  const buttons = [];
  /** @param {'walk' | 'sprint'} mode */
  const set = async (mode) => {
    /** @type {Pace} */
    const wish = mode === 'walk' ? { mode, termsPerSecond: Number(speed.value) } : { mode };
    await api(`/v1/series/${run}`, { method: 'PATCH', body: { pace: wish } });
    paint(mode);
  };
  /** @param {'walk' | 'sprint'} mode */
  const paint = (mode) => {
    shown.textContent = mode === 'walk' ? `${speed.value} terms/s` : 'all workers';
    speed.disabled = mode === 'sprint';
    for (const element of buttons) element.setAttribute('aria-pressed', String(element.id === mode));
  };
  buttons.push(
    button('walk', 'walk', () => set('walk')),
    button('sprint', 'sprint', () => set('sprint')),
  );
  speed.addEventListener('input', () => paint('walk'));
  speed.addEventListener('change', () => void told(() => set('walk')));
  paint(now.mode);
  return h('span', { class: 'switch', role: 'group', 'aria-label': 'Pace' }, ...buttons, speed, shown);
}

/** @param {RunView} view */
function pause({ run, state }) {
  let paused = state === 'paused';
  const element = button(paused ? 'Resume' : 'Pause', 'pause', async () => {
    await api(`/v1/series/${run}`, { method: 'PATCH', body: { paused: !paused } });
    paused = !paused;
    element.textContent = paused ? 'Resume' : 'Pause';
  });
  return element;
}

/** @param {RunView} view */
function end({ run, series }) {
  return button('End it', 'end', async () => {
    await api(`/v1/series/${run}`, { method: 'DELETE' });
    localStorage.setItem(ownKey, JSON.stringify(own().filter((id) => id !== run)));
    location.hash = `#/${series}`;
  });
}

/** @param {string} label @param {string} id @param {() => Promise<void>} act */
function button(label, id, act) {
  return h('button', { type: 'button', id, click: () => void told(act) }, label);
}

/** @param {() => Promise<void>} act */
async function told(act) {
  try {
    await act();
  } catch (error) {
    notice(error instanceof Error ? error.message : String(error));
  }
}
