import type { Label } from './wanted-versions.ts';

/** What happens to what is served: for the log and the metrics. */
export type CatalogueEvent =
  | { type: 'loaded'; model: string; version: string; seconds: number }
  | { type: 'broken'; model: string; version: string; why: string; seconds: number }
  /** From now on another version answers under the label; absent: none. */
  | {
      type: 'swapped';
      model: string;
      label: Label;
      version?: string | undefined;
      before?: string | undefined;
    }
  /** Nobody used it any more, and its weights are freed. */
  | { type: 'freed'; model: string; version: string }
  /** The newest alias state cannot be read: the one before stays. */
  | { type: 'aliases_broken'; model: string; why: string }
  | { type: 'registry_lost'; why: string; err: Error }
  | { type: 'registry_found' };

export type CatalogueListener = (event: CatalogueEvent) => void;
