import { FirehoseClient } from '@aws-sdk/client-firehose';
import { prediction } from '../../../common/test/evaluation-store/records.ts';
import type { Acknowledgement } from '../../src/evaluation-log/open-evaluation-log.ts';
import { openLogOn } from './open-log-on.ts';

// the SDK's reminder that Node 20 ends is no news here
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

// a replica that appends from several callers at once, and says what was acknowledged, until it is killed
const [root = '', acknowledgement = '', endpoint = '', round = '', callers = ''] = process.argv.slice(2);
const firehose = new FirehoseClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});
const log = await openLogOn(firehose, { acknowledgement: acknowledgement as Acknowledgement, root });
let next = 0;
async function caller() {
  for (;;) {
    const event_id = `r${round}-${String(next++).padStart(6, '0')}`;
    await log.appendPrediction(prediction({ event_id }));
    // said once the kernel has it: what waits in this process for a slow reader would be lost with it
    await new Promise((said) => process.stdout.write(`${event_id}\n`, said));
  }
}
await Promise.all(Array.from({ length: Number(callers) }, caller));
