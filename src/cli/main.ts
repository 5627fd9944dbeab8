import { processIo } from './io.js';
import { run } from './run.js';

// Who stops reading, as `head` does, has what he wants.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await run(process.argv.slice(2), processIo);
