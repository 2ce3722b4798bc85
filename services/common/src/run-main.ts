/** Errors whose message says all that whoever runs the program needs. */
const FAULTS_TO_MEND = ['StartupError', 'SchemaError', 'BrokenVersionError', 'BrokenAliasesError'];

/** Runs a program's main function; a fault at start-up becomes one line on stderr and exit code 1. */
export async function runMain(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const known = error instanceof Error && FAULTS_TO_MEND.includes(error.name);
    process.stderr.write(`${name}: ${known ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exit(1);
  }
}
