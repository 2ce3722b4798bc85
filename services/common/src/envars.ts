/** Names of environment variables, shared by the services, local mode and infra. Each says what it holds. */
export const ENVARS = {
  PORT: 'PORT',
  HOST: 'HOST',
  LOG_LEVEL: 'LOG_LEVEL',
  /** Where model versions and aliases are: a folder, a `file:` or an `s3:` URL. */
  REGISTRY: 'REGISTRY',
  /** Milliseconds between two looks at the registry. */
  REGISTRY_POLL_MS: 'REGISTRY_POLL_MS',
  /** Versions of one model that stay loaded because callers named them. */
  MODEL_PINNED_VERSIONS: 'MODEL_PINNED_VERSIONS',
  /** auto, wasm, tensorflow (tfjs-node) or cpu. */
  MODEL_BACKEND: 'MODEL_BACKEND',
  /** Rows that one execution takes, and rows that may wait for one version. */
  BATCH_MAX_ROWS: 'BATCH_MAX_ROWS',
  QUEUE_MAX_ROWS: 'QUEUE_MAX_ROWS',
  /** Milliseconds by which the event loop may lag before requests are refused; 0: whatever it does. */
  MAX_EVENT_LOOP_DELAY_MS: 'MAX_EVENT_LOOP_DELAY_MS',
  /** Base URL of the model server. */
  MODEL_SERVER_URL: 'MODEL_SERVER_URL',
  /** The secret that the orchestrator presents to the model server, or a file that holds it. */
  SERVICE_KEY: 'SERVICE_KEY',
  SERVICE_KEY_FILE: 'SERVICE_KEY_FILE',
  /** The OpenID Connect issuer whose JWT open the routes; as its discovery document names it. */
  OIDC_ISSUER: 'OIDC_ISSUER',
  /** What the JWT must be made for: their claim `aud`. */
  OIDC_AUDIENCE: 'OIDC_AUDIENCE',
  /** Algorithms that a JWT may be signed by, with commas between. */
  OIDC_ALGORITHMS: 'OIDC_ALGORITHMS',
  OIDC_CLOCK_TOLERANCE_SECONDS: 'OIDC_CLOCK_TOLERANCE_SECONDS',
  /** What stands before our scopes in a JWT. */
  OIDC_SCOPE_PREFIX: 'OIDC_SCOPE_PREFIX',
  /** Requests a minute and replica of a caller whose key does not say; 0: any number. */
  RATE_LIMIT_PER_MINUTE: 'RATE_LIMIT_PER_MINUTE',
  /** Web origins whose pages may call, with commas between; without it none. */
  CORS_ORIGINS: 'CORS_ORIGINS',
  /** Addresses and networks of the balancers whose `x-forwarded-for` is believed, with commas between. */
  TRUSTED_PROXIES: 'TRUSTED_PROXIES',
  /** Bytes that the body of a request, and that all of its headers, may have. */
  MAX_BODY_BYTES: 'MAX_BODY_BYTES',
  MAX_HEADER_BYTES: 'MAX_HEADER_BYTES',
  FEATURES_TABLE: 'FEATURES_TABLE',
  STATE_TABLE: 'STATE_TABLE',
  /** Rows of views with `cache_ttl_seconds` that one replica keeps. */
  FEATURE_CACHE_ROWS: 'FEATURE_CACHE_ROWS',
  PREDICTION_STREAM: 'PREDICTION_STREAM',
  OUTCOME_STREAM: 'OUTCOME_STREAM',
  /** When an answer is sent: when its record is in a queue (`memory`), in the spool (`disk`), or with `firehose`. */
  EVALUATION_ACK: 'EVALUATION_ACK',
  /** Where records can be asked for: `athena://workgroup/database`, or a folder of partitions. */
  EVALUATION_STORE: 'EVALUATION_STORE',
  SPOOL_DIR: 'SPOOL_DIR',
  SPOOL_MAX_BYTES: 'SPOOL_MAX_BYTES',
  /** Bytes that may wait in memory for each stream. */
  QUEUE_MAX_BYTES: 'QUEUE_MAX_BYTES',
  /** The `s3://` URL under which undelivered records go when the process ends and its disk with it. */
  SPOOL_RESCUE: 'SPOOL_RESCUE',
  /** Requests for predictions under way at one replica; beyond them 503 before a body is read. */
  MAX_IN_FLIGHT: 'MAX_IN_FLIGHT',
  /** Reads of features, and rows of one version, that may wait for a call; beyond them 503. */
  MAX_WAITING: 'MAX_WAITING',
  /** Milliseconds that one request may take in all. */
  REQUEST_DEADLINE_MS: 'REQUEST_DEADLINE_MS',
  /** Milliseconds for which a service that was told to stop still answers, while /ready already says no. */
  DRAIN_MS: 'DRAIN_MS',
  /** The deployed stage's name: a dimension of metrics. */
  STAGE: 'STAGE',
  /** Where alarms about models are posted. */
  ALARM_WEBHOOK: 'ALARM_WEBHOOK',
  AWS_REGION: 'AWS_REGION',
  /** One endpoint for every AWS service (LocalStack), or one for each; absent on AWS. */
  AWS_ENDPOINT_URL: 'AWS_ENDPOINT_URL',
  AWS_ENDPOINT_URL_DYNAMODB: 'AWS_ENDPOINT_URL_DYNAMODB',
  AWS_ENDPOINT_URL_FIREHOSE: 'AWS_ENDPOINT_URL_FIREHOSE',
  AWS_ENDPOINT_URL_ATHENA: 'AWS_ENDPOINT_URL_ATHENA',
  AWS_ENDPOINT_URL_S3: 'AWS_ENDPOINT_URL_S3',
} as const;
