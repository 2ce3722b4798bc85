/** When a record came to be, by its own word: milliseconds since 1970; undefined where it does not say. */
export function recordTime(record: Uint8Array): number | undefined {
  try {
    const { created_at, received_at } = JSON.parse(Buffer.from(record).toString('utf8'));
    const time = Date.parse(`${String(created_at ?? received_at).replace(' ', 'T')}Z`);
    return Number.isNaN(time) ? undefined : time;
  } catch {
    return undefined;
  }
}
