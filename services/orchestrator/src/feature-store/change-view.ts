import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { checkEvolution, checkView } from '@tristore/common/features/check-view.ts';
import type { ViewStore } from './view-store.ts';

/** @throws TristoreError view_not_found */
export async function viewNamed(views: ViewStore, name: string): Promise<FeatureView> {
  const view = await views.get(name);
  if (!view) throw new TristoreError('view_not_found', `there is no feature view ${name}`);
  return view;
}

/** Makes a view, or evolves it compatibly. @returns the view before, where there was one @throws TristoreError invalid_view */
export async function changeView(
  views: ViewStore,
  next: FeatureView,
): Promise<{ before: FeatureView | undefined }> {
  const current = await views.get(next.name, { fresh: true });
  const details = [...checkView(next), ...(current ? checkEvolution(current, next) : [])];
  if (details.length)
    throw new TristoreError('invalid_view', details.map((d) => `${d.field} ${d.problem}`).join('; '), {
      details,
    });
  if (!(await views.put(next, current)))
    throw new TristoreError(
      'invalid_view',
      `the view ${next.name} was changed by somebody else meanwhile: read it again`,
    );
  return { before: current };
}
