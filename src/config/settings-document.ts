import { describeSettings, type SettingDescription } from './describe-settings.js';

const titles: Readonly<Record<string, string>> = {
  runtime: 'Process',
  http: 'Network',
  database: 'Database',
  keys: 'Keys',
  identity: 'Identity',
  graphql: 'GraphQL',
  rates: 'Rate limits',
  governance: 'Governance',
  observability: 'Logs and metrics',
  tracing: 'Traces',
};

const introduction = `# Settings

Polity is set up by environment variables; this page is made from the model that reads them. Blanks around a value are dropped, and
an empty value counts as not set. A switch takes 1, true, yes, on or 0, false, no, off. A start stops with every problem at once; an
unknown \`POLITY_\` variable is a problem too. A secret \`X\` may come from the file that \`X_FILE\` names instead.

\`NODE_ENV=production\` refuses to start when the database address is missing or has no, default or short credentials, when the master
key is missing or not random, when the public address is missing or local, when the trusted proxies cover everybody, when
metrics are open to the network without a token, and when a token is a placeholder or serves twice.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

const defaultCell = ({ defaultText, unit, secret }: SettingDescription): string => {
  if (defaultText === '') return secret ? 'unset (secret)' : 'none';
  const value = /[` ;]/.test(defaultText) ? defaultText : `\`${defaultText}\``;
  return unit === undefined ? value : `${value} ${unit}`;
};

const section = (group: string, rows: readonly SettingDescription[]): string =>
  [
    `## ${titles[group] ?? group}`,
    '',
    '| variable | default | meaning |',
    '|---|---|---|',
    ...rows.map((row) => `| \`${row.variable}\` | ${cell(defaultCell(row))} | ${cell(row.description)} |`),
    '',
  ].join('\n');

/** The page `docs/settings.md`, in Markdown. A test fails when the file differs from it. */
export const settingsDocument = (): string => {
  const groups = Map.groupBy(describeSettings(), ({ group }) => group);
  return [introduction, ...[...groups].map(([group, rows]) => section(group, rows))].join('\n');
};
