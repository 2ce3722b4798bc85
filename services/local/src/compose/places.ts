import type { Places } from '../launch/prepare.ts';

/** Volumes of docker-compose.yml, each mounted only where it is needed. */
export const PLACES: Places = {
  apiKeyFile: '/var/lib/tristore/api-key/api-key',
  serviceKeyFile: '/var/lib/tristore/service-key/service-key',
  registryDir: '/var/lib/tristore/model-artifacts',
};
