// The embedded services as a process that a test can kill: argv[2] is the data folder. Says where Firehose is.
import { createResources } from '../../src/create-resources.ts';
import { startEmbedded } from '../../src/embedded.ts';

const { endpoints } = await startEmbedded({ dataDir: process.argv[2] ?? '', firehoseBufferSeconds: 3600 });
await createResources(endpoints);
process.send?.(endpoints);
