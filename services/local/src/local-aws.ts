/** Where docker-compose.yml puts the AWS emulator, unless a command is told otherwise. */
export const EMULATOR = 'http://127.0.0.1:4566';

/** What the SDK is told on loopback; neither the embedded services nor an emulator look at it. */
export const LOCAL_AWS = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};
