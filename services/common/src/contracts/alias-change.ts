import { type Static, Type } from 'typebox';

/** A version may come as an integer, as in a prediction's request. */
const Version = Type.Union([Type.String({ pattern: '^[1-9][0-9]*$' }), Type.Integer({ minimum: 1 })]);

const facts = {
  reason: Type.String({ minLength: 1, maxLength: 1000, description: 'why, for the history' }),
  expected_number: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'refuse the change unless this is the number of the current state; 0: there is none yet',
    }),
  ),
};

export const ChampionChange = Type.Object(
  { version: Version, ...facts },
  { additionalProperties: false, examples: [{ version: '1', reason: 'the first one' }] },
);
export type ChampionChange = Static<typeof ChampionChange>;

export const CanaryChange = Type.Object(
  {
    version: Type.Union([Version, Type.Null()], { description: '`null` ends the canary' }),
    percent: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        description: 'of the entities, always the same ones; needed with a version',
      }),
    ),
    ...facts,
  },
  {
    additionalProperties: false,
    examples: [{ version: null, reason: 'it has been watched for long enough' }],
  },
);
export type CanaryChange = Static<typeof CanaryChange>;

export const ShadowsChange = Type.Object(
  {
    versions: Type.Array(Version, {
      maxItems: 8,
      description: 'all of them; an empty list ends the shadows',
    }),
    ...facts,
  },
  { additionalProperties: false, examples: [{ versions: [], reason: 'nothing more to learn' }] },
);
export type ShadowsChange = Static<typeof ShadowsChange>;
