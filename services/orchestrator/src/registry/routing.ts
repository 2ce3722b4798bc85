import type { Aliases } from '@tristore/common/contracts/aliases.ts';
import { TristoreError } from '@tristore/common/errors.ts';

/** What the aliases say of the requests' way, without who changed it and why. */
export type Routing = Omit<Aliases, 'changed_at' | 'changed_by' | 'reason'>;

export type RoutingChange =
  | { alias: 'champion'; version: string }
  | { alias: 'canary'; version: string | null; percent?: number }
  | { alias: 'shadows'; versions: readonly string[] };

export const versionsOf = (change: RoutingChange): readonly string[] =>
  change.alias === 'shadows' ? change.versions : change.version === null ? [] : [change.version];

const refused = (field: string, problem: string) =>
  new TristoreError('invalid_request', `${field} ${problem}`, { details: [{ field, problem }] });

export function routingOf(state: Aliases): Routing {
  const { changed_at: _at, changed_by: _by, reason: _reason, ...routing } = state;
  return routing;
}

/** A version that becomes champion ends its canary or its time as a shadow; the one before stays known. */
function withChampion(current: Routing | undefined, version: string): Routing {
  const { champion, canary, shadows = [], previous_champion } = current ?? {};
  const previous = champion === version ? previous_champion : champion;
  return {
    champion: version,
    ...(canary && canary.version !== version && { canary }),
    shadows: shadows.filter((shadow) => shadow !== version),
    ...(previous !== undefined && { previous_champion: previous }),
  };
}

/**
 * The routing after a change.
 * @param current undefined where there is none yet: only a champion can begin one
 * @throws TristoreError invalid_request, model_not_found
 */
export function changeRouting(current: Routing | undefined, change: RoutingChange): Routing {
  if (change.alias === 'champion') return withChampion(current, change.version);
  if (!current) throw new TristoreError('model_not_found', 'the model has no champion yet: name it first');
  if (versionsOf(change).includes(current.champion))
    throw refused(
      change.alias === 'canary' ? 'version' : 'versions',
      `holds ${current.champion}, the champion`,
    );
  const { canary: _, ...rest } = current;
  if (change.alias === 'shadows') return { ...current, shadows: [...new Set(change.versions)] };
  const { version, percent } = change;
  if (version === null && percent !== undefined) throw refused('percent', 'needs a version');
  if (version === null) return rest;
  if (percent === undefined) throw refused('percent', 'is missing');
  return { ...rest, canary: { version, percent } };
}
