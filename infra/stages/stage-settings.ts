import { type Static, Type } from 'typebox';
import { TUNABLE } from './tunable.ts';

const closed = { additionalProperties: false };
const CERTIFICATE = '^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$';
/** Days that CloudWatch can keep logs. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653];
const OCTET = '(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
const ADDRESS = `(${OCTET}\\.){3}${OCTET}`;
const Address = Type.String({ pattern: `^${ADDRESS}/([0-9]|[12][0-9]|3[0-2])$` });
const Schedule = Type.String({
  pattern: '^(rate|cron)\\(.+\\)$',
  description: 'as EventBridge reads it: rate(1 day), cron(0 3 * * ? *)',
});

/** API Gateway before a balancer that only it reaches. */
const Gateway = Type.Object(
  {
    requestsPerSecond: Type.Integer({ minimum: 1, maximum: 10_000 }),
    burst: Type.Integer({ minimum: 1, maximum: 5_000 }),
    /** Gigabytes of the cache for feature views and the registry; billed by the hour. Without it there is none. */
    cacheGigabytes: Type.Optional(Type.Enum(['0.5', '1.6', '6.1', '13.5'])),
    cacheSeconds: Type.Integer({ minimum: 1, maximum: 3_600, default: 60 }),
    /** A name of your own, and its certificate in the stage's region; without it the gateway's own name is used. */
    domainName: Type.Optional(Type.String({ format: 'hostname' })),
    certificateArn: Type.Optional(Type.String({ pattern: CERTIFICATE })),
  },
  closed,
);

/** A public balancer: by TLS under a name, or in the clear for listed networks. */
const Balancer = Type.Object(
  {
    certificateArn: Type.Optional(Type.String({ pattern: CERTIFICATE })),
    /** The name that the certificate is for, which you point at the balancer. */
    domainName: Type.Optional(Type.String({ format: 'hostname' })),
    plainHttpFor: Type.Optional(
      Type.Array(Address, { minItems: 1, description: 'the networks that may call' }),
    ),
  },
  closed,
);

const tunable = Type.Object(
  Object.fromEntries(TUNABLE.map((name) => [name, Type.Optional(Type.String({ minLength: 1 }))])),
  closed,
);

/** CPU units of a task (1024 are one vCPU) and its memory. */
const Size = {
  cpu: Type.Enum([256, 512, 1024, 2048, 4096, 8192, 16384]),
  memoryMib: Type.Integer({ minimum: 512, maximum: 122_880 }),
};

const Job = Type.Object(
  {
    ...Size,
    /** Of the task's own disk, which ends with it. */
    diskGib: Type.Integer({ minimum: 21, maximum: 200, default: 21 }),
    /** After which a run is ended. */
    timeoutMinutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
  },
  closed,
);

const Service = Type.Object(
  {
    ...Size,
    minTasks: Type.Integer({ minimum: 1, maximum: 1_000 }),
    maxTasks: Type.Integer({ minimum: 1, maximum: 1_000 }),
    /** Requests a minute and task above which another task starts. */
    requestsPerTask: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
    cpuPercent: Type.Integer({ minimum: 10, maximum: 90, default: 60 }),
    /** A deployment is rolled back when this many percent of the answers are 5xx, or the slowest 1 % take longer. */
    rollbackErrorPercent: Type.Number({ minimum: 0.1, maximum: 100, default: 5 }),
    rollbackP99Milliseconds: Type.Integer({ minimum: 10, maximum: 30_000, default: 1_000 }),
    logLevel: Type.Enum(['debug', 'info', 'warn', 'error'], { default: 'info' }),
    /** Variables of docs/configuration.md that shall not have their defaults. */
    environment: Type.Optional(tunable),
  },
  closed,
);

/** Every choice about a deployed stage. */
export const StageSettings = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9]{1,11}$' }),
    region: Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$' }),
    /** The account that the stage is for; credentials of another are refused. Without it any account will do. */
    account: Type.Optional(Type.String({ pattern: '^[0-9]{12}$' })),
    /** `keep`: data outlives the stage's removal. */
    data: Type.Enum(['keep', 'destroy']),
    network: Type.Object(
      {
        cidr: Type.String({ pattern: `^${ADDRESS}/(1[6-9]|2[0-4])$` }),
        zones: Type.Integer({ minimum: 2, maximum: 3 }),
        /** `nat`: tasks reach the internet. `endpoints`: they reach AWS alone. */
        egress: Type.Enum(['nat', 'endpoints']),
        /** NAT gateways: 1 is cheap, one a zone survives the loss of a zone. Without it 1. */
        natGateways: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
        /** Which connections the flow logs tell. */
        flowLogs: Type.Enum(['all', 'rejected'], { default: 'rejected' }),
      },
      closed,
    ),
    /** How callers reach the stage: one of the two. */
    exposure: Type.Object({ gateway: Type.Optional(Gateway), balancer: Type.Optional(Balancer) }, closed),
    firewall: Type.Object(
      {
        /** Requests in five minutes from one address, beyond which it is blocked for a while. */
        requestsPerAddress: Type.Integer({ minimum: 10, maximum: 2_000_000_000, default: 100_000 }),
      },
      { ...closed, default: {} },
    ),
    logs: Type.Object(
      {
        retentionDays: Type.Enum(LOG_DAYS, { default: 30 }),
        /** Figures of each task in CloudWatch; billed as custom metrics. */
        containerInsights: Type.Enum(['off', 'on', 'enhanced'], { default: 'off' }),
      },
      { ...closed, default: {} },
    ),
    orchestrator: Service,
    model: Service,
    featureStore: Type.Object(
      {
        /** Days back to which both tables can be restored, to the second. */
        recoveryDays: Type.Integer({ minimum: 1, maximum: 35 }),
      },
      closed,
    ),
    /** When an answer is sent; `disk` keeps its spool on a volume of the task. */
    acknowledgement: Type.Enum(['memory', 'disk', 'firehose'], { default: 'firehose' }),
    evaluation: Type.Object(
      {
        bufferSeconds: Type.Integer({ minimum: 60, maximum: 900 }),
        /** JSON to Parquet. Off only for emulators, which have no Glue. */
        parquet: Type.Boolean({ default: true }),
        /** Days after which records go to infrequent access, and after which they are deleted. */
        infrequentAfterDays: Type.Integer({ minimum: 30, maximum: 3_650 }),
        deleteAfterDays: Type.Optional(Type.Integer({ minimum: 31, maximum: 36_500 })),
        /** Days for which records that could not be converted are kept, to be looked at and sent again. */
        deleteErrorsAfterDays: Type.Integer({ minimum: 1, maximum: 3_650, default: 30 }),
        /** Gigabytes that one Athena query may scan. */
        scanLimitGigabytes: Type.Number({ minimum: 0.01, maximum: 100_000 }),
        /** Days for which the results of queries are kept. */
        deleteResultsAfterDays: Type.Integer({ minimum: 1, maximum: 365, default: 7 }),
      },
      closed,
    ),
    /** Days for which the buckets' access logs are kept. */
    accessLogDays: Type.Integer({ minimum: 1, maximum: 3_650, default: 90 }),
    oidc: Type.Optional(
      Type.Object(
        {
          issuer: Type.String({ format: 'uri', pattern: '^https://' }),
          audience: Type.String({ minLength: 1 }),
        },
        closed,
      ),
    ),
    /** The CORS origins whose pages may call. */
    corsOrigins: Type.Array(Type.String({ pattern: '^https://' }), { default: [] }),
    alarms: Type.Object(
      {
        emails: Type.Array(Type.String({ format: 'email' }), { default: [] }),
        /** Where the monitor posts alarms. */
        webhook: Type.Optional(Type.String({ format: 'uri', pattern: '^https://' })),
        /** Percent of requests that may end in a 5xx, of CPU and of memory that a service may use. */
        errorPercent: Type.Number({ minimum: 0.01, maximum: 100, default: 1 }),
        saturationPercent: Type.Integer({ minimum: 10, maximum: 100, default: 85 }),
        /** Seconds that the slowest hundredth of a service's answers may take. */
        latencyP99Seconds: Type.Number({ minimum: 0.01, maximum: 60, default: 0.5 }),
      },
      closed,
    ),
    jobs: Type.Object(
      {
        /** train, evaluate, retrain and replay. */
        training: Job,
        /** monitor and promote. */
        small: Job,
      },
      closed,
    ),
    monitor: Type.Object(
      {
        /** Off: it is there, nothing starts it, and nobody misses it. */
        enabled: Type.Boolean({ default: true }),
        schedule: Schedule,
        /** An alarm rises where no run ended well for so long. */
        missedAfterMinutes: Type.Integer({ minimum: 2, maximum: 1_440 }),
      },
      closed,
    ),
    retraining: Type.Object(
      {
        /** Off: it is there, and starts by hand alone. */
        enabled: Type.Boolean({ default: true }),
        /** The models that are retrained. */
        models: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }), { minItems: 1 }),
        schedule: Type.Optional(Schedule),
        /** Also when the drift alarm of a model rises. */
        onAlarm: Type.Boolean(),
      },
      closed,
    ),
  },
  closed,
);
export type StageSettings = Static<typeof StageSettings>;
