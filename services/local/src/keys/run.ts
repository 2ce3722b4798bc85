import { ApiKeyKeeper } from '@tristore/common/auth/api-key-keeper.ts';
import { UsageError } from '@tristore/common/command-line.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { auditLine } from './audit-line.ts';
import { openTable, tableFault } from './open-table.ts';
import { type Command, type Options, readOptions } from './options.ts';
import { keysText, madeText } from './report.ts';
import { USAGE } from './usage.ts';

/** Where a command writes. */
export interface Streams {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** Does it. @returns what to show, as data and as text, and the audit line of what was changed */
async function follow(keeper: ApiKeyKeeper, command: Command, by: string) {
  switch (command.name) {
    case 'create': {
      const { keyName, ...wanted } = command;
      const made = await keeper.create({ ...wanted, name: keyName, by });
      return { data: made, text: madeText(made), audit: auditLine(by, 'api_key.create', made.kept) };
    }
    case 'rotate': {
      const { old, ...made } = await keeper.rotate(command.id, { overlap: command.overlap, by });
      return {
        data: { ...made, old },
        text: madeText(made, old),
        audit: auditLine(by, 'api_key.rotate', made.kept, old),
      };
    }
    case 'revoke': {
      const revoked = await keeper.revoke(command.id, { by });
      return {
        data: revoked,
        text: `The key ${revoked.id} (${revoked.name}) is revoked; every replica refuses it within 30 seconds.\n`,
        audit: auditLine(by, 'api_key.revoke', revoked),
      };
    }
    case 'list': {
      const keys = await keeper.list();
      return { data: keys, text: keysText(keys) };
    }
  }
}

async function carryOut({ command, place, by, json }: Options, { stdout, stderr }: Streams): Promise<void> {
  const { client, table } = await openTable(place);
  try {
    const { data, text, audit } = await follow(new ApiKeyKeeper(client, table), command, by);
    stdout.write(json ? `${JSON.stringify(data, null, 2)}\n` : text);
    if (audit) stderr.write(audit);
  } catch (error) {
    throw tableFault(error, place);
  } finally {
    client.destroy();
  }
}

/** `npm run keys -- …`. @returns the exit code: 1 where it could not be done, 2 for what cannot be followed */
export async function runCommand(args: string[], streams: Streams): Promise<number> {
  try {
    const options = readOptions(args);
    if (options) await carryOut(options, streams);
    else streams.stdout.write(USAGE);
    return 0;
  } catch (error) {
    const { message, stack } = error as Error;
    const known = error instanceof StartupError;
    streams.stderr.write(`keys: ${known ? message : stack}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
