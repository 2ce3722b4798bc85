import { SCOPES } from '@tristore/common/auth/principal.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { DEFAULT_DATA_FOLDER } from '../data-folder.ts';
import { EMULATOR } from '../local-aws.ts';

export const USAGE = `Usage: npm run keys -- create --name NAME --scopes LIST [options]
       npm run keys -- list [--json]
       npm run keys -- rotate ID [--overlap TIME]
       npm run keys -- revoke ID

API keys of the table ${TABLES.state.name}: a change counts at every replica within 30 seconds, without a restart. The key
itself is printed once, on stdout; the table keeps its SHA-256 alone.

  create                  makes a key
    --name NAME           who has it, for logs and lists
    --scopes LIST         with commas between: ${SCOPES.join(', ')}
    --expires TIME        after which it no longer opens: 90d, 12h, 30m, 45s (never)
    --rate-limit N        requests a minute at each replica; 0: any number (the service's RATE_LIMIT_PER_MINUTE)
  list                    shows all keys but themselves
  rotate ID               makes a key like another, which ends
    --overlap TIME        for which the old one goes on, so that its owner can change over (0s: none)
  revoke ID               ends a key

  --by NAME               who does it, for the audit log (the name that you are logged in under)
  --json                  JSON on stdout, for scripts

Where the table is:

  --data DIR              the system that npm start runs on DIR (${DEFAULT_DATA_FOLDER}); the default
  --compose               the emulator of docker compose up
  --endpoint URL          with --compose: where the emulator is (${EMULATOR})
  --aws                   AWS, by the SDK's usual settings: AWS_REGION, credentials
  --state-table NAME      with --aws: its name (${TABLES.state.name})

Exit code: 0 when all is well, 1 when it is not, 2 when the command line cannot be followed.
`;
