import { type Static, Type } from 'typebox';

export const ErrorDetail = Type.Object({ field: Type.String(), problem: Type.String() });
export type ErrorDetail = Static<typeof ErrorDetail>;

/** The body of every error of the orchestrator. */
export const ErrorAnswer = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    request_id: Type.String(),
    details: Type.Optional(Type.Array(ErrorDetail)),
  }),
});
