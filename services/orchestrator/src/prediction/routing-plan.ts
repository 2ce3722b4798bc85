import type { Aliases } from '@tristore/common/contracts/aliases.ts';
import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import type { Route } from '@tristore/common/contracts/prediction-record.ts';
import type { Vectorizer } from '@tristore/common/features/vector.ts';
import { isCanary } from './choose-canary.ts';

/** A version that may answer. */
export interface KnownVersion {
  manifest: Manifest;
  vectorize: Vectorizer;
}

/** A version that may answer, and why it was chosen. */
export interface ResolvedModel extends KnownVersion {
  route: Route;
}

export interface Routing {
  /** Who answers, then who answers where the one before cannot. Never empty. */
  choices: readonly ResolvedModel[];
  /** Scored beside the answer, never in its way. */
  shadows: readonly KnownVersion[];
}

/** Who answers whom, by one alias state. */
export class RoutingPlan {
  readonly #model: string;
  readonly #canary: Aliases['canary'];
  readonly #routings: Readonly<Record<'champion' | 'canary', Routing>>;

  constructor(model: string, aliases: Aliases, versions: ReadonlyMap<string, KnownVersion>) {
    const { champion, canary, previous_champion: previous, shadows } = aliases;
    const routing = (route: 'champion' | 'canary', chosen: string): Routing => {
      const order = [...new Set([chosen, champion, previous])].flatMap((version) => version ?? []);
      const choices = order.flatMap((version) => {
        const known = versions.get(version);
        return known ? [{ ...known, route: version === chosen ? route : ('fallback' as const) }] : [];
      });
      const answering = choices[0]?.manifest.model_version;
      return {
        choices,
        shadows: shadows.flatMap((version) => (version === answering ? [] : (versions.get(version) ?? []))),
      };
    };
    this.#model = model;
    this.#canary = canary;
    this.#routings = {
      champion: routing('champion', champion),
      canary: routing('canary', canary?.version ?? champion),
    };
  }

  routingFor(entityId: string): Routing {
    const canary = this.#canary;
    const among = canary && isCanary(this.#model, canary.version, entityId, canary.percent);
    return this.#routings[among ? 'canary' : 'champion'];
  }
}

/** Every version that an alias state names. */
export const namedVersions = ({ champion, canary, previous_champion, shadows }: Aliases): string[] => [
  ...new Set([champion, canary?.version, previous_champion, ...shadows].flatMap((version) => version ?? [])),
];
