import { runCommand } from './run.ts';

// the SDK's reminder that Node 20 ends is for who deploys; set before a client is made
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.exitCode = await runCommand(process.argv.slice(2), process);
