import type { Logger } from 'pino';
import type { DeliveryStream } from '../delivery-stream.ts';

/** One segment, on disk or rescued. */
export interface StoredSegment {
  stream: string;
  name: string;
  /** Where the first undelivered record begins. */
  offset: number;
  bytes: number;
  read(): Promise<Buffer>;
}

/** What one replica left, or still writes. */
export interface StoredReplica {
  name: string;
  /** Whether a living process holds it. */
  held: boolean;
  segments: StoredSegment[];
}

/** A record that was set aside, or damaged bytes. */
export interface StoredAside {
  stream: string;
  name: string;
  bytes: number;
  read(): Promise<Buffer>;
  remove(): Promise<void>;
}

/** Something that is being delivered; it is nobody else's meanwhile. */
export interface Draining {
  name: string;
  /** Bytes that are left, and records that were taken. */
  left(): number;
  delivered(): number;
  setAside(): number;
}

/** How what is drained leaves. */
export interface Outlet {
  streamOf(name: string): DeliveryStream;
  log: Pick<Logger, 'warn' | 'error'>;
}

/** Where spools are: a folder or a bucket. */
export interface SpoolPlace {
  replicas(): Promise<StoredReplica[]>;
  setAside(): Promise<StoredAside[]>;
  /** What no living process holds, one after the other; what is empty when the next is asked for, is removed. */
  drain(outlet: Outlet): AsyncIterable<Draining>;
}
