import { POLITY_VERSION } from '../../boot/version.js';
import { OK, type Command } from '../command.js';

export const versionCommand: Command = {
  name: 'version',
  summary: 'Show the version of this release.',
  data: true,
  async run(invocation) {
    invocation.print({ version: POLITY_VERSION, node: process.versions.node }, () => `${POLITY_VERSION}\n`);
    return OK;
  },
};
