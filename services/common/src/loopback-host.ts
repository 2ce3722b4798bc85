/** Whether a URL's host is this machine itself, which plain http does not leave. */
export const isLoopback = (hostname: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
