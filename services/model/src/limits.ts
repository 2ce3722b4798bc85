/** Bytes of a body, unless the settings say otherwise: 100,000 rows of 40 features in binary. */
export const MAX_BODY_BYTES = 16 * 1_048_576;
