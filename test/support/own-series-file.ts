/** What ZENO_SERIES may name: a module with a series of the user's own. */
import { repeatingDecimal } from './repeating-decimal.ts';

export const series = repeatingDecimal();
