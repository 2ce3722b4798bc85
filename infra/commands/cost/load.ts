/** What a stage has to do. */
export interface Load {
  /** Predictions a second while it is under load. */
  rps: number;
  /** Hours of a day under load; in the others nothing is asked. */
  hoursPerDay: number;
  /** Bytes of a prediction's record, as JSON. */
  recordBytes: number;
  /** Clients in the feature store; each row is written once a day. */
  clients: number;
}

/** Hours of a month, as AWS reckons. */
export const MONTH_HOURS = 730;
export const MONTH_DAYS = MONTH_HOURS / 24;

/** What one thing is taken to be, where nobody says otherwise. Said with each estimate. */
export const ASSUMED = {
  /** A record of credit-default: 38 numbers by name, and what was answered. */
  recordBytes: 1_600,
  clients: 100_000,
  /** A row of credit-default in DynamoDB: 23 numbers by name, and times. */
  rowBytes: 800,
  /** An outcome for every prediction, told many at a time. */
  outcomeBytes: 200,
  outcomesPerRequest: 100,
  /** A request and its answer, with headers. */
  requestBytes: 900,
  answerBytes: 1_100,
  /** Parquet over JSON. */
  compression: 0.3,
  /** What a monitoring query reads of a day's Parquet: a few columns. */
  columnShare: 0.1,
  /** Log lines are for starts, faults and refusals. */
  logBytesPerTaskHour: 200_000,
  /** A line that the gateway writes for each request, and what CloudWatch counts beside it. */
  accessLogBytes: 350,
  /** Requests that one connection carries. */
  requestsPerConnection: 100,
  /** Both images, compressed, of the last three deployments. */
  imageGigabytes: 3,
  /** Months for which records are kept where nothing deletes them: the bill a year from now. */
  keptMonths: 12,
  monitorMinutes: 1,
  trainingMinutes: 20,
  /** A retraining: train, evaluate, publish, notify, with their choices. */
  retrainingTransitions: 20,
  /** JQ reads a record in this much of a second. */
  jqSeconds: 0.0005,
} as const;

export interface Month {
  /** Hours under load. */
  activeHours: number;
  predictions: number;
  /** Of both streams. */
  records: number;
  /** At the public door: predictions one by one, outcomes many at a time. */
  requests: number;
}

/** A prediction is a request of its own, its outcome a part of one. */
export const requestsPerPrediction = 1 + 1 / ASSUMED.outcomesPerRequest;

export function monthOf({ rps, hoursPerDay }: Load): Month {
  const activeHours = (MONTH_HOURS * hoursPerDay) / 24;
  const predictions = rps * activeHours * 3_600;
  const requests = predictions * requestsPerPrediction;
  return { activeHours, predictions, records: predictions * 2, requests };
}

/** How often a schedule runs in a month; of cron expressions the fields for hours and days are read, roughly. */
export function runsPerMonth(schedule: string | undefined): number {
  if (!schedule) return 0;
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const hours: Readonly<Record<string, number>> = { minute: 1 / 60, hour: 1, day: 24 };
  if (count) return MONTH_HOURS / (Number(count) * (hours[unit] ?? 24));
  const [minutes = '0', hour = '0', day = '*', , weekday = '?'] = schedule
    .slice('cron('.length, -1)
    .split(/\s+/);
  const named = (field: string, all: number) => {
    const [, step] = /\/(\d+)$/.exec(field) ?? [];
    if (step) return all / Number(step);
    return /^[*?]$/.test(field) ? all : field.split(',').length;
  };
  const days = /^[*?]$/.test(weekday) ? named(day, MONTH_DAYS) : (named(weekday, 7) * MONTH_DAYS) / 7;
  return named(minutes, 60) * named(hour, 24) * days;
}
