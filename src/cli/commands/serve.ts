import type { Command } from '../command.js';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Run the server until a signal ends it.',
  details: 'Without DATABASE_URL it starts the embedded database. Outside production it also migrates; in production `polity migrate up` does.',
  async run({ io }) {
    const { runServer } = await import('../../boot/run-server.js');
    return runServer((line) => io.out(`${line}\n`));
  },
};
