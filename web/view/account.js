/**
 * Whether one is logged in, with the admin's token or a user's, and how the page looks, light or dark. What a login may do
 * the server knows: it is asked, and says no in its own words.
 */
/** @import { Permits } from '../model/permits.js' */
import { api } from '../api.js';
import { permitsOf, permitted } from '../model/permits.js';
import { h, notice, place } from './element.js';

/** @param {() => void} changed Called when the person has logged in or out by this page's own buttons. */
export async function accountView(changed) {
  let loggedIn = localStorage.getItem('logged-in') === 'yes';
  /** Whether it was the server that ended the last login. */
  let over = false;
  /** @type {Permits} */
  let permits = JSON.parse(localStorage.getItem('permits') ?? 'null');
  /** @param {boolean} is @param {Permits} may */
  const set = (is, may) => {
    over = loggedIn && !is;
    loggedIn = is;
    permits = may;
    localStorage.setItem('logged-in', is ? 'yes' : 'no');
    localStorage.setItem('permits', JSON.stringify(may));
    paint();
  };
  /** @param {string} token */
  const login = async (token) => {
    try {
      await api('/v1/login', { method: 'POST', body: { token } });
      set(true, permitsOf(token));
      return true;
    } catch (error) {
      notice(error instanceof Error ? error.message : String(error));
      return false;
    }
  };
  const logout = async () => {
    try {
      await api('/v1/logout', { method: 'POST' });
    } catch (error) {
      // The cookie is still there, and only the server can take it away.
      notice(error instanceof Error ? error.message : String(error));
      return;
    }
    set(false, null);
    over = false;
    changed();
  };
  function paint() {
    const theme = h(
      'button',
      {
        type: 'button',
        class: 'quiet',
        title: 'Light or dark',
        'aria-label': 'Switch between light and dark',
        click: switchTheme,
      },
      '◐',
    );
    const token = h('input', {
      type: 'password',
      placeholder: 'token',
      'aria-label': 'Token',
      autocomplete: 'off',
      required: true,
    });
    const form = h(
      'form',
      {
        submit: (event) => {
          event.preventDefault();
          void login(token.value).then((isIn) => {
            if (isIn) changed();
          });
        },
      },
      token,
      h('button', {}, 'Log in'),
    );
    const who = loggedIn
      ? [
          h('span', { class: 'badge' }, 'logged in'),
          h('button', { type: 'button', class: 'quiet', click: () => void logout() }, 'log out'),
        ]
      : [h('details', { class: 'login' }, h('summary', {}, 'log in'), form)];
    place('account').replaceChildren(...who, theme);
  }
  paint();
  // The token is cleared from the address before it is used, so that it is in no history and no bookmark.
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) {
    history.replaceState(null, '', `${location.pathname}#/leibniz`);
    await login(token);
  }
  return {
    isLoggedIn: () => loggedIn,
    /** The server knows no login (any more). */
    forget: () => set(false, null),
    /** What to do for who may read nothing. */
    advice: () => (over ? 'your login is over: log in again' : 'log in to read'),
    /** Whether it is worth asking; false is certain as far as the token says. @param {string} channel */
    mayWatch: (channel) => permitted(permits, channel),
  };
}

function switchTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === 'dark';
  setTheme(dark ? 'light' : 'dark');
}

/** @param {string} theme */
function setTheme(theme) {
  localStorage.setItem('theme', theme);
  applyTheme();
}

/** What was chosen here before, else what the system says. */
export function applyTheme() {
  const chosen = localStorage.getItem('theme');
  const dark = chosen === null ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  dispatchEvent(new Event('theme'));
}
