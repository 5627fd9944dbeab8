import { describeSettings, settingSources, type Settings } from '../../config/index.js';
import { FAILED, OK, type Command } from '../command.js';
import { columns } from '../console/columns.js';
import type { Io } from '../io.js';
import type { Finding } from '../doctor/finding.js';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Look at settings, machine and database; exit 1 when something is broken.',
  details: 'Changes nothing. Warnings do not fail; docs/operations.md explains each.',
  data: true,
  async run(invocation) {
    const { examine } = await import('../doctor/examine.js');
    const { settings, findings } = await examine(invocation.io);
    const isBroken = findings.some(({ level }) => level === 'broken');
    const rows = settings === undefined ? [] : settingRows(settings, invocation.io);
    invocation.print({ ok: !isBroken, findings, settings: rows }, () => text(findings, rows));
    return isBroken ? FAILED : OK;
  },
};

interface SettingRow {
  readonly variable: string;
  readonly value: string | undefined;
  readonly source: string;
}

function settingRows(settings: Settings, io: Io): SettingRow[] {
  const sources = settingSources(io.env);
  return describeSettings(settings).map(({ variable, value }) => ({ variable, value, source: sources.get(variable) ?? 'default' }));
}

function text(findings: readonly Finding[], settings: readonly SettingRow[]): string {
  const given = settings.filter(({ source }) => source !== 'default');
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  return [
    columns(findings.map(({ level, code, message }) => [level, code, message])),
    ...(given.length === 0 ? [] : ['', 'Settings that were given (polity settings shows all):', columns(given.map(({ variable, value, source }) => [`  ${variable}`, value ?? '', source]))]),
    '',
    `${count('broken')} broken, ${count('warning')} warning(s).`,
    '',
  ].join('\n');
}
