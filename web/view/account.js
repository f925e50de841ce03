/**
 * Whether one is logged in, with the admin's token or a user's, and how the page looks, light or dark. What a login may do
 * the server knows: it is asked, and says no in its own words.
 */
import { api } from '../api.js';
import { h, notice, place } from './element.js';

/** @param {() => void} changed Called when the person has logged in or out. */
export async function accountView(changed) {
  let loggedIn = localStorage.getItem('logged-in') === 'yes';
  const isLoggedIn = () => loggedIn;
  /** @param {boolean} is */
  const set = (is) => {
    loggedIn = is;
    localStorage.setItem('logged-in', is ? 'yes' : 'no');
    paint();
    changed();
  };
  /** @param {string} token */
  const login = async (token) => {
    try {
      await api('/v1/login', { method: 'POST', body: { token } });
      set(true);
    } catch (error) {
      notice(error instanceof Error ? error.message : String(error));
    }
  };
  const logout = async () => {
    await api('/v1/logout', { method: 'POST' }).catch(() => {});
    set(false);
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
          void login(token.value);
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
  return { isLoggedIn, forget: () => set(false) };
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
