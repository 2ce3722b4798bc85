/** `YYYY-MM-DD HH:MM:SS.mmm`, UTC: the form of a record's times, which Firehose's deserialisers read. */
export const recordTimestamp = (time: Date): string => time.toISOString().replace('T', ' ').slice(0, -1);
