import Table from 'cli-table3';
import type { Inspection } from './inspect.ts';
import type { Validation } from './validate.ts';

const NO_MANIFEST = 'no manifest: checksums, features and threshold are not known';

function table(head: string[], rows: string[][], right: number[] = []): string {
  const colAligns = head.map((_, i) => (right.includes(i) ? ('right' as const) : ('left' as const)));
  const made = new Table({ head, colAligns, style: { head: [], border: [] } });
  made.push(...rows);
  return made.toString();
}

/** Lines for a person. */
export function inspectionText(found: Inspection): string {
  const { model, version, format, weight_bytes, inputs, outputs, features, threshold, fault } = found;
  const rows = (['input', 'output'] as const).flatMap((side) =>
    (side === 'input' ? inputs : outputs).map(({ name, datatype, shape, anyRank }) => [
      side,
      name,
      datatype,
      anyRank ? 'any' : `[${shape.join(', ')}]`,
    ]),
  );
  const lines = [
    `${model} version ${version}: ${format}, ${weight_bytes} bytes of weights`,
    features
      ? `manifest: threshold ${threshold}, ${features.length} features: ${features.join(', ')}`
      : NO_MANIFEST,
    table(['', 'name', 'datatype', 'shape'], rows),
    ...(fault ? [`The graph is not what the manifest says: ${fault}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

export function validationText(found: Validation): string {
  const { model, version, format, manifest, backend, load_milliseconds, batchable, timings } = found;
  const rows = timings.map(({ rows, milliseconds }) => [
    String(rows),
    milliseconds.toFixed(3),
    ((milliseconds * 1000) / rows).toFixed(1),
  ]);
  const lines = [
    `${model} version ${version} (${format}) is sound: it loads in ${load_milliseconds.toFixed(0)} ms and runs on ${backend}`,
    manifest ? 'manifest: schema, contract, checksums and signature hold' : NO_MANIFEST,
    batchable ? 'requests share executions' : 'each request runs alone: a row may depend on the others',
    timings.length
      ? table(['rows', 'ms', 'µs a row'], rows, [0, 1, 2])
      : 'not timed: it takes texts or tensors of sizes that only the caller knows',
  ];
  return `${lines.join('\n')}\n`;
}
