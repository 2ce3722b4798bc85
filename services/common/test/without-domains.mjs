import hooks from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';

// Imported before a test file. To ascribe an uncaught error to one of a file's tests, tap follows every promise from where
// it came, which costs most where a test asks a server. Here such an error ends the process and thereby fails the file,
// with its stack.
const { createHook } = hooks;
const idle = { enable: () => idle, disable: () => idle };
hooks.createHook = (callbacks) =>
  new Error().stack?.includes('async-hook-domain') ? idle : createHook(callbacks);
syncBuiltinESMExports();
