import { describeSettings, loadSettings, settingSources } from '../../config/index.js';
import { OK, type Command } from '../command.js';
import { columns } from '../console/columns.js';

export const settingsCommand: Command = {
  name: 'settings',
  summary: 'Show every setting with its value and where it comes from; secrets only as set or unset.',
  data: true,
  async run(invocation) {
    const { env } = invocation.io;
    const sources = settingSources(env);
    const rows = describeSettings(loadSettings(env)).map((setting) => ({ ...setting, source: sources.get(setting.variable) ?? 'default' }));
    invocation.print(rows, () => {
      const cells = rows.map(({ variable, value, unit, source }) => [variable, `${value}${unit === undefined || value === 'unset' ? '' : ` ${unit}`}`, source]);
      return `${columns([['SETTING', 'VALUE', 'SOURCE'], ...cells])}\n`;
    });
    return OK;
  },
};
