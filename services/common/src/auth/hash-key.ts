import { createHash } from 'node:crypto';

/** The form in which a key is stored: SHA-256, hexadecimal. */
export const hashKey = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex');
