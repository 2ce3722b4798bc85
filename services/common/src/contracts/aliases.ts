import { type Static, Type } from 'typebox';

const Version = Type.String({ pattern: '^[1-9][0-9]*$' });

/** The whole routing state of one model after one change; the newest file in `aliases/` serves. */
export const Aliases = Type.Object(
  {
    champion: Version,
    canary: Type.Optional(
      Type.Object({ version: Version, percent: Type.Number({ exclusiveMinimum: 0, maximum: 100 }) }),
    ),
    shadows: Type.Array(Version),
    previous_champion: Type.Optional(Version),
    changed_at: Type.String({ format: 'date-time' }),
    changed_by: Type.String(),
    reason: Type.String(),
  },
  { additionalProperties: false },
);
export type Aliases = Static<typeof Aliases>;
