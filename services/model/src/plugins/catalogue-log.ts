import type { FastifyBaseLogger } from 'fastify';
import type { CatalogueEvent, CatalogueListener } from '../inference/catalogue-events.ts';

const MESSAGES: Readonly<Record<CatalogueEvent['type'], string>> = {
  loaded: 'a version is loaded',
  broken: 'a version is broken and takes no traffic',
  swapped: 'another version answers',
  freed: 'a version was freed',
  aliases_broken: 'the newest aliases cannot be read: those before stay',
  registry_lost: 'the registry cannot be read: what is loaded goes on',
  registry_found: 'the registry can be read again',
};
const FAULTS: readonly CatalogueEvent['type'][] = ['broken', 'aliases_broken', 'registry_lost'];

/** Says in the log what happens to what is served. */
export const catalogueLog =
  (log: FastifyBaseLogger): CatalogueListener =>
  ({ type, ...facts }) =>
    log[FAULTS.includes(type) ? 'error' : 'info'](facts, MESSAGES[type]);
