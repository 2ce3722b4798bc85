// Preloaded into the services: when the launcher is gone, they close too, rather than keep their ports.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
