import { visibleLine } from '../yaml/hidden-characters.js';
import type { PermissionEntry, Ref } from '../model.js';
import type { Change, FieldChange, Kind } from './change.js';

const SECTIONS: readonly (readonly [string, readonly Kind[]])[] = [
  ['resource types', ['type', 'action', 'mapping']],
  ['permissions', ['permission']],
  ['roles', ['role', 'role_permission', 'inheritance']],
  ['rules of separation', ['separation_rule']],
  ['groups', ['group']],
  ['users', ['user']],
  ['members', ['member', 'binding']],
  ['assignments', ['assignment']],
];
const SIGNS = { add: '+', change: '~', remove: '-' } as const;

/** Changes as lines that read well in a pull request: `+` what a file adds, `~` what it changes, `-` what it does not have. Empty for none. */
export function diffText(changes: readonly Change[]): string {
  return SECTIONS.map(([title, kinds]) => {
    const lines = kinds.flatMap((kind) => changes.filter((change) => change.kind === kind)).map(changeText);
    return lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
  }).join('');
}

/** One change as a line. */
export function changeText(change: Change): string {
  const details = change.op === 'change' ? change.fields.map(fieldText).join(', ') : descriptionOf(change);
  return visibleLine(`${SIGNS[change.op]} ${wordOf(change.kind)}${change.name}${details === '' ? '' : `: ${details}`}`);
}

// Kinds that share a section say which they are.
function wordOf(kind: Kind): string {
  return ['type', 'action', 'mapping', 'member', 'binding'].includes(kind) ? `${kind} ` : '';
}

function descriptionOf(change: Change): string {
  switch (change.kind) {
    case 'permission': return permissionText((change.after ?? change.before)!);
    case 'action': {
      const { risk, audit } = (change.after ?? change.before)!;
      return [...(risk === 'normal' ? [] : [`risk ${risk}`]), ...(audit ? [] : ['allows are counted, not recorded'])].join(', ');
    }
    case 'mapping': return (change.after ?? change.before)!.storage;
    case 'separation_rule': {
      const { roles, permissions, atMost } = (change.after ?? change.before)!;
      return `at most ${atMost} of ${namesOf([...roles, ...permissions])}`;
    }
    case 'assignment': {
      const { startsAt, expiresAt, condition } = (change.after ?? change.before)!;
      return [
        ...(startsAt === undefined ? [] : [`from ${new Date(startsAt).toISOString()}`]), ...(expiresAt === undefined ? [] : [`until ${new Date(expiresAt).toISOString()}`]),
        ...(condition === undefined ? [] : [`if ${condition}`]),
      ].join(' ');
    }
    case 'binding': {
      const { member, user } = (change.after ?? change.before)!;
      return `${user.name} as ${member}`;
    }
    default: return '';
  }
}

/** What a Permission says. */
export function permissionText({ effect, type, action, scope, condition }: PermissionEntry): string {
  return `${effect} ${type}.${action} in ${scope}${condition === undefined ? '' : ` if ${condition}`}`;
}

function fieldText({ field, before, after }: FieldChange): string {
  return `${field} ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return 'none';
  return Array.isArray(value) ? `[${value.join(', ')}]` : JSON.stringify(value);
}

function namesOf(refs: readonly Ref[]): string {
  return refs.map(({ name }) => name).sort().join(', ');
}
