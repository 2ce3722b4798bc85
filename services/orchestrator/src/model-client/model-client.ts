/** One row to score. */
export interface ScoreRequest {
  model: string;
  version: string;
  /** In signature order, float32. */
  vector: Float32Array;
  requestId: string;
  /** On the clock of `performance.now()`: past it nobody waits for the answer. */
  deadline: number;
  signal: AbortSignal;
}

/** The model server as the orchestrator needs it. */
export interface ModelClient {
  /** @returns the calibrated probability @throws TristoreError version_not_found, model_unavailable */
  score(request: ScoreRequest): Promise<number>;
  /** Whether the model server says that it is ready. */
  ready(signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}
