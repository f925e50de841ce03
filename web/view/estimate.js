/** An estimate in full: its digits, which of them are proven, between what bounds, and what else is known at its n. */
/** @import { Accelerated, Estimate } from '../../src/protocols/wire/estimate.ts' */
/** @import { Claim } from '../model/claim.js' */
import { claimOf } from '../model/claim.js';
import { significant, splitDigits } from '../model/digits.js';
import { counted, grouped, groupedText } from '../model/format.js';
import { h, setText } from './element.js';

/** Digits that fit a line of the largest type. */
const shortDigits = 24;

/** @param {() => void} showDigits Called by who wants to see more digits than an estimate shows. */
export function estimateView(showDigits) {
  const proven = h('span', { class: 'proven', id: 'proven' });
  const rest = h('span', { class: 'rest' });
  const value = h('output', { class: 'value', id: 'value', 'aria-label': 'Estimate' }, proven, rest);
  const more = h('button', { type: 'button', class: 'more-digits', id: 'more-digits', click: showDigits });
  const named = h('dl', { class: 'named', id: 'named' });
  const before = h('span', {});
  const after = h('span', {});
  const lower = h('code', {});
  const upper = h('code', {});
  const bounds = h('p', { class: 'enclosure', id: 'enclosure' }, before, lower, ' and ', upper, after);
  const terms = h('span', {});
  const tail = h('code', { class: 'proven', id: 'accelerated-digits' });
  const tailCount = h('span', {});
  const accelerated = h('p', { class: 'enclosure', id: 'accelerated' }, terms, tail, tailCount);

  function blank() {
    setText(proven, '');
    setText(rest, '…');
    value.dataset.long = 'false';
    value.dataset.bound = 'rigorous';
    named.replaceChildren();
    for (const element of [more, named, bounds, accelerated]) element.hidden = true;
  }
  blank();

  return {
    value,
    more,
    named,
    bounds,
    accelerated,
    blank,
    /** @param {Estimate} estimate */
    show(estimate) {
      const claim = claimOf(estimate.bound);
      showValue(estimate, claim);
      showNamed(estimate.values ?? {});
      bounds.hidden = estimate.lower === null || estimate.upper === null;
      setText(before, claim.before);
      setText(after, claim.after);
      setText(lower, estimate.lower ?? '');
      setText(upper, estimate.upper ?? '');
      showAccelerated(estimate.accelerated);
    },
  };

  /** @param {Estimate} estimate @param {Claim} claim */
  function showValue(estimate, claim) {
    const split = claim.proven ? splitDigits(estimate) : { proven: '', rest: estimate.decimal, more: 0 };
    const whole = estimate.bound === 'exact' ? groupedText(split.rest) : split.rest;
    setText(proven, split.proven);
    setText(rest, whole);
    value.dataset.bound = estimate.bound;
    value.dataset.long = String(significant(estimate.decimal) > shortDigits);
    more.hidden = split.more === 0;
    setText(more, `…and ${grouped(split.more)} more`);
  }

  /** @param {Readonly<Record<string, string>>} values */
  function showNamed(values) {
    const names = Object.keys(values);
    named.hidden = names.length === 0;
    if ([...named.querySelectorAll('dt')].map(({ textContent }) => textContent).join() !== names.join()) {
      named.replaceChildren(
        ...names.map((name) => h('div', {}, h('dt', {}, name), h('dd', { id: `value-${name}` }))),
      );
    }
    [...named.querySelectorAll('dd')].forEach((element, index) => {
      setText(element, groupedText(values[names[index] ?? ''] ?? ''));
    });
  }

  /** @param {Accelerated | undefined} figures */
  function showAccelerated(figures) {
    const digits = figures === undefined ? '' : splitDigits(figures).proven;
    accelerated.hidden = digits === '';
    if (figures === undefined || digits === '') return;
    const whose =
      figures.terms === 1
        ? 'the first term alone gives'
        : `the first ${grouped(figures.terms)} terms alone give`;
    setText(terms, `With its proven tail, ${whose} `);
    setText(tail, digits);
    setText(tailCount, `: ${counted(figures.digits, 'proven digit')}.`);
  }
}
