/** One row to score. */
export interface ScoreRequest {
  model: string;
  version: string;
  /** In signature order, float32. */
  vector: Float32Array;
  /** Whether the manifest's reasons are wanted too. */
  explain: boolean;
  requestId: string;
  /** W3C trace context, as the caller gave it. */
  traceparent?: string | undefined;
  /** On the clock of `performance.now()`: past it nobody waits for the answer. */
  deadline: number;
}

export interface ModelAnswer {
  /** Calibrated. */
  probability: number;
  /** Strongest first; empty where none were asked for. */
  reasons: string[];
}

/** The model server as the orchestrator needs it. */
export interface ModelClient {
  /**
   * @throws TristoreError version_not_found, version_unavailable: another version may answer;
   *   model_unavailable, overloaded: none will; invalid_request: it cannot be explained
   */
  score(request: ScoreRequest): Promise<ModelAnswer>;
  /** Whether the model server says that it is ready. */
  ready(signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}
