import type { Aliases } from '@tristore/common/contracts/aliases.ts';

/** Aliases by which a caller may ask for a version. */
export type Label = 'champion' | 'canary';
export const LABELS = ['champion', 'canary'] as const satisfies readonly Label[];
export type Labels = Partial<Record<Label, string>>;

/** What an alias state asks of the model server. */
export interface WantedVersions {
  labels: Labels;
  /** Versions to be loaded before anybody asks, the most needed first. */
  versions: readonly string[];
  /** Who answers for a champion that is broken at the start, when there is none before. */
  standIn?: string | undefined;
}

/**
 * The champion, the canary, the previous champion, to which the orchestrator falls back, the shadows, and the newest
 * version: it is the next to be promoted, and should it be broken, that is told before.
 */
export function wantedVersions(aliases: Aliases | undefined, newest: string | undefined): WantedVersions {
  if (!aliases) return { labels: {}, versions: newest === undefined ? [] : [newest] };
  const { champion, canary, shadows, previous_champion: standIn } = aliases;
  const versions = [champion, canary?.version, standIn, ...shadows, newest];
  return {
    labels: { champion, ...(canary && { canary: canary.version }) },
    versions: [...new Set(versions.filter((version) => version !== undefined))],
    standIn,
  };
}
