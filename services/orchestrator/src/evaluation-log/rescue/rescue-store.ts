/** Where undelivered records go from a disk that does not live on. Keys have slashes between their parts. */
export interface RescueStore {
  /** Resolves when the bytes are there, and were read back. */
  put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  list(): Promise<RescuedObject[]>;
  get(key: string): Promise<Buffer>;
  remove(key: string): Promise<void>;
}

export interface RescuedObject {
  key: string;
  bytes: number;
  modified: Date;
}
