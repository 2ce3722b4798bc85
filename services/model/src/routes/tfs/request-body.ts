import type { FastifyRequest } from 'fastify';
import { dtypeOf, type TensorSpec } from '../../inference/tensor.ts';
import { parseServingJson } from './json-parser.ts';

const TOKENS = /NaN|Inf/;
const DECIMALS = /\d(?:\.\d|[eE])/;

/** Plain JSON by the fast way; a body with NaN or an infinity in it by the slow one. @throws SyntaxError */
export function parseBody(text: string, request: FastifyRequest): unknown {
  request.jsonText = text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (TOKENS.test(text)) return parseServingJson(text);
    throw error;
  }
}

/** The body with 1.0 told apart from 1, where the model has an input for which that is not the same. */
export function exactBody<T>(
  { body, jsonText }: { body: T; jsonText: string | null },
  specs: readonly TensorSpec[],
): T {
  if (!specs.some(({ datatype }) => dtypeOf(datatype) === 'int32')) return body;
  if (!jsonText || !DECIMALS.test(jsonText)) return body;
  return parseServingJson(jsonText, { decimals: true }) as T;
}
