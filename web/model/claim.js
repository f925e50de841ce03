/** What may be said of the bounds of an estimate, word for word: no more than its series claims. */
/** @import { BoundKind } from '../../src/protocols/wire/estimate.ts' */

/**
 * @typedef {object} Claim
 * @property {boolean} proven Whether digits that both bounds share are proven to be the limit's, and so coloured.
 * @property {string} before What stands before the lower bound …
 * @property {string} after … and after the upper; empty where there are no bounds.
 * @property {string} digits What the count of shared digits is called.
 * @property {string} pages What those digits are called where they can be paged through.
 * @property {string} error What the width of the bounds is called.
 */

/** @type {Readonly<Record<BoundKind, Claim>>} */
const claims = {
  rigorous: {
    proven: true,
    before: 'The limit is proven to lie between ',
    after: '.',
    digits: 'proven digits',
    pages: 'All proven digits',
    error: 'Error bound against n',
  },
  statistical: {
    proven: false,
    before: 'The limit is expected to lie between ',
    after: ' (statistical bound).',
    digits: 'shared digits',
    pages: 'All digits that both bounds share',
    error: 'Statistical bound against n',
  },
  conditional: {
    proven: false,
    before: 'The limit lies between ',
    after: '. What is extrapolated beyond them is conditional: it rests on a conjecture.',
    digits: 'shared digits',
    pages: 'All digits that both bounds share',
    error: 'Distance of the bounds against n',
  },
  exact: { proven: false, before: '', after: '', digits: '', pages: '', error: '' },
};

/** @param {BoundKind} bound */
export const claimOf = (bound) => claims[bound];

/** What an exact series has in place of a plot. */
export const nothingToDraw = 'Exact counts have no error to draw.';
