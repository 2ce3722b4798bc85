/** On a volume of docker-compose.yml of its own, since only `init` and `welcome` may read it. */
export const API_KEY_FILE = '/var/lib/tristore/api-key/api-key';
export const SERVICE_KEY_FILE = '/var/lib/tristore/service-key/service-key';
