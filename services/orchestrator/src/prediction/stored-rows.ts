import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { FeatureStore, RowKey, StoredRow } from '../feature-store/feature-store.ts';
import type { PredictionCase } from './prediction-case.ts';

/** The row of one view's entity, or why it is not known. */
export interface ViewRow {
  view: FeatureView;
  key: RowKey;
  row: StoredRow | undefined;
  /** The store did not answer. */
  failure?: TristoreError;
}

/** The rows of one case, each read once, however many versions ask for it. */
export class StoredRows {
  readonly #store: FeatureStore;
  readonly #asked: PredictionCase;
  readonly #rows = new Map<string, Promise<ViewRow>>();

  constructor(store: FeatureStore, asked: PredictionCase) {
    this.#store = store;
    this.#asked = asked;
  }

  /** Rejects, and never throws: TristoreError invalid_request where the request does not name the entity; overloaded. */
  of(view: FeatureView): Promise<ViewRow> {
    let row = this.#rows.get(view.name);
    if (!row) {
      row = this.#read(view);
      this.#rows.set(view.name, row);
    }
    return row;
  }

  async #read(view: FeatureView): Promise<ViewRow> {
    const key = { view: view.name, id: entityIdOf(view, this.#asked) };
    try {
      return { view, key, row: await this.#store.read(key, this.#asked.deadline) };
    } catch (error) {
      if (!(error instanceof TristoreError) || error.code !== 'feature_store_unavailable') throw error;
      return { view, key, row: undefined, failure: error };
    }
  }
}

function entityIdOf(view: FeatureView, asked: PredictionCase): string {
  const id = view.entity === 'client' ? asked.clientId : asked.entities[view.entity];
  if (id !== undefined) return id;
  const field = `entities.${view.entity}`;
  throw new TristoreError('invalid_request', `${field} is missing: the view ${view.name} needs it`, {
    details: [{ field, problem: 'is missing' }],
  });
}
