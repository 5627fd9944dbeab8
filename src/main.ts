import { runServer } from './boot/run-server.js';

process.exitCode = await runServer((line) => process.stdout.write(`${line}\n`));
