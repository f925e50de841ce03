/**
 * How much of everything. The Erlang side is compiled with these as its macros, so both sides do the same by
 * construction.
 */
export const sizes = {
  /** After one round that only warms up. */
  ROUNDS: 5,
  /**
   * A round of falls is spread over supervisors that are new: OTP walks through all restarts of the period at each
   * restart, and a restart is meant to be rare.
   */
  SUPERVISORS: 20,
  FALLS_EACH: 100,
  MESSAGES: 1_000_000,
  CALLS: 50_000,
  IDLE: 10_000,
  /** Of one round, which counts by their median: a single one is short, and any collection of garbage shows. */
  FANS: 20,
  CHILDREN: 10_000,
  /** More restarts than any scenario makes. */
  INTENSITY_HIGH: 1_000_000,
  INTENSITY_LOW: 10,
  /** With the low intensity: enough falls to make the supervisor give up while nearly all of its children live. */
  FEW_FALLS: 20,
  PERIOD_S: 1,
  CALL_TIMEOUT_MS: 5_000,
} as const;
