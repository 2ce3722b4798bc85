import { type Static, Type } from 'typebox';
import { Aliases } from './aliases.ts';
import { Manifest } from './manifest.ts';

/** One state of a model's aliases and its place in the history. */
export const AliasState = Type.Object({
  number: Type.Integer({
    minimum: 1,
    description: 'counts the changes; names this one in `expected_number`',
  }),
  ...Aliases.properties,
});
export type AliasState = Static<typeof AliasState>;

/** A state that cannot be read as one. */
export const BrokenAliasState = Type.Object({ number: Type.Integer(), problem: Type.String() });
export type BrokenAliasState = Static<typeof BrokenAliasState>;

export const VersionSummary = Type.Object({
  model_version: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
  description: Type.String(),
  threshold: Type.Number(),
  metrics: Manifest.properties.metrics,
});
export type VersionSummary = Static<typeof VersionSummary>;

/** A version that must not take traffic, and why. */
export const BrokenVersion = Type.Object({ model_version: Type.String(), problem: Type.String() });
export type BrokenVersion = Static<typeof BrokenVersion>;

/** Which vector goes in and what comes out, of the champion, or of the newest sound version where there is none. */
export const VersionSignature = Type.Object({
  model_version: Type.String(),
  ...Manifest.properties.signature.properties,
});
export type VersionSignature = Static<typeof VersionSignature>;

export const RegisteredModel = Type.Object({
  model_name: Type.String(),
  signature: Type.Optional(VersionSignature),
  versions: Type.Array(Type.Union([VersionSummary, BrokenVersion]), { description: 'ascending' }),
  aliases: Type.Optional(Type.Union([AliasState, BrokenAliasState])),
});
export type RegisteredModel = Static<typeof RegisteredModel>;

export const RegisteredModelWithHistory = Type.Object({
  ...RegisteredModel.properties,
  history: Type.Array(Type.Union([AliasState, BrokenAliasState]), {
    description: 'changes of the aliases, the newest first',
  }),
});
export type RegisteredModelWithHistory = Static<typeof RegisteredModelWithHistory>;
