import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';

/** The declared feature views. */
export interface ViewStore {
  list(): Promise<FeatureView[]>;
  /** @param options `fresh`: not as it was up to 5 s ago, but as it is */
  get(name: string, options?: { fresh?: boolean }): Promise<FeatureView | undefined>;
  /** Replaces `current` (undefined: makes the view). @returns false where somebody else changed it meanwhile */
  put(view: FeatureView, current: FeatureView | undefined): Promise<boolean>;
}
