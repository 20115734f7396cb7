/** The middle of many measurements, and the middle half of them. */
export interface Spread {
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

export function toSpread(values: readonly number[]): Spread {
  const sorted = values.toSorted((first, second) => first - second);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { median: at(0.5), lowerQuartile: at(0.25), upperQuartile: at(0.75) };
}

/** The spread in words: the half of all rounds that lies nearest to the median. */
export const toText = ({ lowerQuartile, upperQuartile }: Spread): string =>
  `half of all rounds between ${lowerQuartile.toFixed(3)} and ${upperQuartile.toFixed(3)}`;
