/** The far end of the log: takes a batch of records, and says which of them it did not take. */
export interface DeliveryStream {
  /** @returns the records that were refused and are to be sent again @throws where none was taken */
  put(records: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
}
