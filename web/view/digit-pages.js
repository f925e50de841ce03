/**
 * All digits that are known of a limit, a page at a time. Nothing is asked for before it is opened, and what is read
 * stands still: a newer estimate only says that there are more.
 */
/** @import { DigitsView } from '../../src/protocols/wire/digits.ts' */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */
import { api } from '../api.js';
import { claimOf } from '../model/claim.js';
import { linesOf, pageDigits, pageOf } from '../model/digit-page.js';
import { counted, grouped } from '../model/format.js';
import { h, setText } from './element.js';

export function digitPages() {
  const name = h('span', {});
  const total = h('span', { class: 'count', id: 'digits-total' });
  const summary = h('summary', {}, name, ' ', total);
  const status = h('p', { class: 'note', id: 'digits-status', 'aria-live': 'polite' });
  const table = h('ol', { class: 'digit-lines', id: 'digit-lines' });
  const previous = button('previous', 'Previous', () => void load(from - pageDigits));
  const next = button('next', 'Next', () => void load(from + pageDigits));
  const wanted = h('input', {
    type: 'number',
    id: 'wanted-digit',
    min: '1',
    required: true,
    inputmode: 'numeric',
  });
  const go = h(
    'form',
    {
      submit: (event) => {
        event.preventDefault();
        void load(pageOf(wanted.valueAsNumber), wanted.valueAsNumber);
      },
    },
    h('label', { for: 'wanted-digit' }, 'Go to digit'),
    wanted,
    h('button', {}, 'Go'),
  );
  const pager = h(
    'div',
    { class: 'pager', role: 'group', 'aria-label': 'Pages of digits' },
    previous,
    next,
    go,
  );
  const root = h('details', { class: 'digits', id: 'digits', toggle: opened }, summary, pager, status, table);
  let run = '';
  /** Index of the first digit of the page in view. */
  let from = 0;
  let loaded = false;
  /** Whoever opened it from elsewhere is brought here, once there is something to see. */
  let bringHere = false;
  /** Counts what is asked for: a late answer to an earlier question is not shown. */
  let question = 0;

  function opened() {
    if (root.open && !loaded) void load(0);
  }

  /** @param {number} start @param {number} [digit] Which to mark, counted from 1. */
  async function load(start, digit) {
    question += 1;
    const asked = question;
    table.setAttribute('aria-busy', 'true');
    setText(status, 'Asking for them …');
    try {
      /** @type {DigitsView} */
      const view = await api(`/v1/series/${run}/digits?from=${start}&count=${pageDigits}`);
      if (asked === question) show(view, digit);
    } catch (error) {
      if (asked === question) setText(status, error instanceof Error ? error.message : String(error));
    }
    if (asked === question) table.removeAttribute('aria-busy');
  }

  /** @param {DigitsView} view @param {number} [digit] */
  function show(view, digit) {
    loaded = view.total > 0;
    from = view.from;
    knows(view.total);
    previous.disabled = from === 0;
    next.disabled = from + view.digits.length >= view.total;
    setText(status, told(view));
    table.replaceChildren(
      ...linesOf(view).map(({ first, groups }) =>
        h(
          'li',
          {},
          h('span', { class: 'index', 'aria-hidden': 'true' }, grouped(first)),
          h('code', {}, ...groups.flatMap((group) => [groupOf(group, digit), ' '])),
        ),
      ),
    );
    table.querySelector('mark')?.scrollIntoView({ block: 'nearest' });
    if (bringHere) root.scrollIntoView({ block: 'start' });
    bringHere = false;
  }

  /** @param {number} count */
  function knows(count) {
    wanted.max = String(Math.max(1, count));
    setText(total, grouped(count));
  }

  function blank() {
    question += 1;
    loaded = false;
    bringHere = false;
    root.open = false;
    root.hidden = true;
    setText(status, '');
    table.replaceChildren();
    previous.disabled = true;
    next.disabled = true;
  }
  blank();

  return {
    root,
    /** Opens it, as a click on its summary does. */
    open() {
      bringHere = !loaded;
      root.open = true;
      summary.focus({ preventScroll: true });
      root.scrollIntoView({ block: 'start' });
    },
    /** @param {string} chosen */
    choose(chosen) {
      run = chosen;
      blank();
    },
    /** @param {Estimate} estimate */
    show({ digits, bound }) {
      root.hidden = digits === null;
      if (digits === null) return;
      setText(name, claimOf(bound).pages);
      table.dataset.proven = String(claimOf(bound).proven);
      knows(digits);
    },
  };
}

/** @param {{ first: number, text: string }} group @param {number} [digit] */
function groupOf({ first, text }, digit = 0) {
  return h(digit >= first && digit < first + 10 ? 'mark' : 'span', {}, text);
}

/** @param {DigitsView} view */
function told({ from, digits, total, n }) {
  if (total === 0) return n === 0 ? 'No term has been taken yet.' : `None yet at n = ${grouped(n)}.`;
  if (digits === '') return `There are ${counted(total, 'digit')} at n = ${grouped(n)}.`;
  return `Digits ${grouped(from + 1)} to ${grouped(from + digits.length)} of ${grouped(total)}, known at n = ${grouped(n)}.`;
}

/** @param {string} id @param {string} label @param {() => void} click */
const button = (id, label, click) => h('button', { type: 'button', id: `digits-${id}`, click }, label);
