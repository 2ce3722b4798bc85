import { pino } from 'pino';
import { prediction } from '../../../common/test/evaluation-store/records.ts';
import { ReplicaLog } from '../../src/evaluation-log/replica-log.ts';
import { logIn } from './log-in.ts';
import { RecordingStream } from './recording-stream.ts';

// a replica whose deliveries fail: keeps one record, says so, and goes on living
const [root = '', eventId = ''] = process.argv.slice(2);
const stream = new RecordingStream();
stream.down = true;
const log = pino({ level: 'silent' });
const replica = await ReplicaLog.open({ root, log, openSpool: logIn(stream) });
await replica.appendPrediction(prediction({ event_id: eventId }));
process.stdout.write('kept\n');
