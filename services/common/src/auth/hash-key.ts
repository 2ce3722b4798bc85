import { hash } from 'node:crypto';

/** The form in which a key is stored: SHA-256, hexadecimal. */
export const hashKey = (key: string): string => hash('sha256', key);
