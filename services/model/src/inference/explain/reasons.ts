import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { INDICATOR_SUFFIX } from '@tristore/common/features/signature.ts';

/** A principal reason for an answer. */
export interface Reason {
  readonly feature: string;
  readonly text: string;
}

/** `raises`: what pushed the probability up, the reasons for a positive answer; `lowers`: what pushed it down. */
export type Direction = 'raises' | 'lowers';

/** Gives the reasons for one answer: at most `count`, the strongest first. */
export type ChooseReasons = (
  attributions: ArrayLike<number>,
  vector: ArrayLike<number>,
  direction: Direction,
  count: number,
) => Reason[];

/**
 * Reason codes from the texts of a manifest: the features with the largest attributions in one direction. A column and
 * its indicator count as one, with the sum of both; while the value was missing the indicator's text is said, since
 * nothing is known of a value that is not there. Derived features stand for themselves. No text is said twice, and a
 * feature that pushed the other way is never a reason.
 */
export function reasonChooser({ signature, reasons }: Manifest): ChooseReasons {
  const names = signature.features.map(({ name }) => name);
  const indicators = new Set(
    signature.features.filter(({ kind }) => kind === 'indicator').map(({ name }) => name),
  );
  const columns = names.flatMap((name, at) => {
    if (indicators.has(name)) return [];
    const indicator = indicators.has(name + INDICATOR_SUFFIX)
      ? names.indexOf(name + INDICATOR_SUFFIX)
      : undefined;
    return [{ at, indicator }];
  });
  return (attributions, vector, direction, count) => {
    const sign = direction === 'raises' ? 1 : -1;
    const strengths = columns.map(({ at, indicator }) => {
      const own = attributions[at] as number;
      if (indicator === undefined) return { at, strength: sign * own };
      const isMissing = (vector[indicator] as number) > 0.5;
      const both = own + (attributions[indicator] as number);
      return { at: isMissing ? indicator : at, strength: sign * both };
    });
    const chosen = new Map<string, Reason>();
    for (const { at } of strengths
      .filter(({ strength }) => strength > 0)
      .sort((a, b) => b.strength - a.strength)) {
      if (chosen.size === count) break;
      const feature = names[at] as string;
      const text = reasons[feature]?.[direction] ?? feature;
      if (!chosen.has(text)) chosen.set(text, { feature, text });
    }
    return [...chosen.values()];
  };
}
