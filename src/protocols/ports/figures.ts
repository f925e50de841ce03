/** What a series comes to at some n: the numbers of an estimate, made by a series and published by its run. */

export interface Figures {
  /** The double nearest to the estimate. */
  readonly value: number;
  /** The estimate, rounded to nearest at the last place its arithmetic honours; 60 digits at most. Plain digits. */
  readonly decimal: string;
  /** Rounded down from a number proven no greater than the limit; null where no enclosure is claimed. */
  readonly lower: string | null;
  /** Rounded up from a number proven no less than the limit; null together with `lower`. */
  readonly upper: string | null;
  /** Significant digits in the common prefix of lower and upper at full precision; null together with them. */
  readonly digits: number | null;
  /** upper − lower as a double, rounded up, for the curve; 0 where there is no enclosure. */
  readonly width: number;
  /** All digits that are known to be right, where they are more than `lower` and `upper` show: "3.14159…". */
  readonly known?: string;
  /** Named numbers beside the estimate, in plain digits: counts, and what is extrapolated from them. */
  readonly values?: Readonly<Record<string, string>>;
}
