import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartupError } from '@tristore/common/errors.ts';

/** @throws StartupError where the port is taken, before anything is started or written */
export async function checkPort(name: string, port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${code})`;
    throw new StartupError(`port ${port} ${why}: choose another with --${name}-port`);
  }
  server.close();
  await once(server, 'close');
}
