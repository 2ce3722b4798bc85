import { TristoreError } from '@tristore/common/errors.ts';
import type { Call } from '../batch-queue.ts';
import type { LoadedVersion } from '../load-version.ts';
import type { NamedTensor } from '../tensor.ts';
import type { Explainer } from './explainer.ts';

/** What one request asks: outputs may be the model's, and the explanation's where it is wanted. */
export interface ExplainableCall extends Call {
  /** Reasons for each row at most. */
  reasons?: number | undefined;
}

type Predict<C extends Call> = (version: LoadedVersion, call: C) => Promise<NamedTensor[]>;

/** @throws TristoreError invalid_request, which says why the version cannot be explained */
export function explainerOf({ explainer, model, version }: LoadedVersion): Explainer {
  if (typeof explainer !== 'string') return explainer;
  throw new TristoreError(
    'invalid_request',
    `parameters.explain: model "${model}" version "${version}" cannot be explained: ${explainer}`,
  );
}

async function explained(
  predict: Predict<Call>,
  version: LoadedVersion,
  { outputs, ...call }: ExplainableCall,
  reasons: number,
): Promise<NamedTensor[]> {
  const explainer = explainerOf(version);
  const [input] = call.inputs as [NamedTensor];
  const leave = explainer.admit(input);
  try {
    const predicted = await predict(version, call);
    const explanation = await explainer.explain(input, predicted[0] as NamedTensor, reasons, call.deadline);
    const all = [...predicted, ...explanation];
    return outputs ? outputs.map((name) => all.find((tensor) => tensor.name === name) as NamedTensor) : all;
  } finally {
    leave();
  }
}

/** Predicts and, for a call that asks for reasons, explains what was predicted. */
export function explaining(predict: Predict<Call>): Predict<ExplainableCall> {
  return (version, call) =>
    call.reasons === undefined ? predict(version, call) : explained(predict, version, call, call.reasons);
}
