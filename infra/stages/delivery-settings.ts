import { parserOf } from '@tristore/common/validate.ts';
import { type Static, Type } from 'typebox';
import { STAGE_NAMES } from './stage-names.ts';

/** Stands in for a repository that was not written down yet; whoever had that name could deploy. */
export const NOBODYS = 'your-organisation/tristore';

/** What GitHub may do in an account. */
export const DeliverySettings = Type.Object(
  {
    region: Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$' }),
    /** `owner/name` on GitHub: its workflows, and no others. */
    repository: Type.String({ pattern: '^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$' }),
    /** Images are built of this branch alone. */
    branch: Type.String({ pattern: '^[A-Za-z0-9._/-]+$', default: 'main' }),
    /** The stages that live in this account. */
    stages: Type.Array(Type.Enum([...STAGE_NAMES]), { minItems: 1 }),
    /** Images of each service that are kept; the older ones are deleted. Rolling back needs the one before. */
    keepImages: Type.Integer({ minimum: 2, maximum: 1_000, default: 50 }),
    /** Other accounts whose stages run these images. */
    pullAccounts: Type.Array(Type.String({ pattern: '^[0-9]{12}$' }), { default: [] }),
    /** An account has one provider for GitHub: where it is there already, its ARN. */
    providerArn: Type.Optional(
      Type.String({
        pattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$',
      }),
    ),
  },
  { additionalProperties: false },
);
export type DeliverySettings = Readonly<Static<typeof DeliverySettings>>;

const parse = parserOf(DeliverySettings, 'delivery');

/** Checks the settings, fills in defaults, and freezes them. @throws SchemaError naming what does not fit */
export const defineDelivery = (settings: unknown): DeliverySettings =>
  Object.freeze(parse(structuredClone(settings)));
