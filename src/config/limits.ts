/** `ZENO_LIMITS`: the bounds somebody wants otherwise, each checked by itself and then in its pair. */
import { bounds, isLimitName, type LimitName, type Limits, limitsWith } from '../protocols/limits.ts';
import { nearest } from './nearest.ts';
import { type Fault, quote, shortened } from './values.ts';

/** Pairs of limits of which the first may not exceed the second. */
const ordered: readonly (readonly [LimitName, LimitName])[] = [
  ['outboxSoftBytes', 'outboxHardBytes'],
  ['outboxHardBytes', 'outboxTotalBytes'],
  ['reconnectMinMs', 'reconnectMaxMs'],
  ['rangeMinMs', 'rangeMaxMs'],
  ['rangeTermsFirst', 'rangeTermsMax'],
  ['storeRetryMinMs', 'storeRetryMaxMs'],
];

/** The valid overrides in `text`; what is not valid is added to `faults`, name by name. */
export function readLimits(text: string | undefined, faults: Fault[]): Partial<Limits> {
  const overrides: Partial<Record<LimitName, number>> = {};
  const fault = (wrong: string, right: string) => void faults.push({ variable: 'ZENO_LIMITS', wrong, right });
  if (text === undefined || text === '') return overrides;
  const entries = jsonEntries(text);
  if (entries === null) {
    fault('is not a JSON object', 'for example {"connections":1000}');
    return overrides;
  }
  const faulty = new Set<LimitName>();
  for (const [name, value] of entries) {
    if (!isLimitName(name)) {
      const meant = nearest(name, Object.keys(bounds));
      const right = meant === null ? 'see docs/limits.md' : `did you mean ${meant}?`;
      fault(`has the unknown name ${quote(name)}`, right);
    } else if (typeof value === 'number' && Number.isSafeInteger(value) && value >= bounds[name].minimum) {
      overrides[name] = value;
    } else {
      faulty.add(name);
      fault(
        `has ${name} = ${shortened(JSON.stringify(value))}`,
        `a whole number of at least ${bounds[name].minimum} (${bounds[name].description})`,
      );
    }
  }
  const limits = limitsWith(overrides);
  for (const [low, high] of ordered) {
    if (limits[low] <= limits[high] || faulty.has(low) || faulty.has(high)) continue;
    fault(`has ${low} ${limits[low]} above ${high} ${limits[high]}`, `${low} ≤ ${high}; set both`);
  }
  return overrides;
}

function jsonEntries(text: string): [string, unknown][] | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : null;
  } catch {
    return null;
  }
}
