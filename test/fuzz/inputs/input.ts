/** One bad input, and what kind of bad it is. */

export interface Input {
  /** As the report counts it. */
  readonly kind: string;
  /** A template: see `bulk.ts`. */
  readonly event: unknown;
}
