import { TristoreError } from '@tristore/common/errors.ts';

/** Seconds after which whoever was refused may come again. */
const RETRY_AFTER = 5;

export const tooLarge = (): TristoreError =>
  new TristoreError('invalid_request', 'the record would be larger than 1,000 KB');

export const logFull = (): TristoreError =>
  new TristoreError('evaluation_log_full', 'the evaluation log is full: nothing was kept', {
    retryAfter: RETRY_AFTER,
  });

export const notWritten = (cause: unknown): TristoreError =>
  new TristoreError('evaluation_log_unavailable', 'the evaluation log cannot be written: nothing was kept', {
    retryAfter: RETRY_AFTER,
    cause,
  });

/** Nobody would deliver a record that comes now. */
export const logClosed = (): TristoreError =>
  new TristoreError('evaluation_log_unavailable', 'the evaluation log is closed: nothing was kept', {
    retryAfter: RETRY_AFTER,
  });

/** Firehose may have taken a record though its answer did not come in time. */
export const notTaken = (cause?: unknown): TristoreError =>
  new TristoreError(
    'evaluation_log_unavailable',
    'the evaluation log did not take the record in time: it may be kept all the same',
    { retryAfter: RETRY_AFTER, cause },
  );
