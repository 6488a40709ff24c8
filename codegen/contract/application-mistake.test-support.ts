/** One edit that makes a team's contract wrong, and the one line that must say so. */
export interface Mistake {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  /** A second edit, which changes no line. */
  readonly and?: readonly [from: string, to: string];
  /** Lines between the beginning of the edit and the place that is named. */
  readonly below?: number;
  /** The place that is named, where it is not near the edit: a text that stands there once. */
  readonly at?: string;
  readonly message: RegExp;
  readonly advice: RegExp;
}
