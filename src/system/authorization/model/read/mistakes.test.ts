import { modelOfText } from '../load-model.js';
import { FilesRefused } from '../yaml/problems.js';

/** A model with everything in it, so that a mistake is the only one. */
const GOOD = `polity: 1
resource_types:
  report:
    actions:
      read: {}
      approve: { risk: high }
permissions:
  read_all: { type: report, action: read, scope: space }
  approve_tree: { type: report, action: approve, scope: group_tree, condition: resource.metadata.amount < 1000 }
roles:
  reader: { permissions: [read_all] }
  approver: { inherits: [reader], permissions: [approve_tree] }
  payer: {}
separation_rules:
  - { name: Four eyes, roles: [approver, payer] }
groups:
  finance: { groups: { apac: {} } }
users:
  ada: { email: ada@example.org }
members:
  ada: { user: ada }
  bot: { type: service, external_id: bot-1 }
assignments:
  - { member: ada, role: approver, anchor: finance.apac, starts_at: 2026-01-01T00:00:00Z, expires_at: 2027-01-01T00:00:00Z }
resources:
  report-1: { type: report, group: finance.apac, owner: ada, external_id: R1, metadata: { amount: 5 } }
`;

function refusalOf(source: string): string[] {
  try {
    modelOfText('m.yaml', source);
    return [];
  } catch (error) {
    if (error instanceof FilesRefused) return error.message.split('\n');
    throw error;
  }
}

/** The good model with one part of it replaced. */
function changed(part: string, by: string): string {
  expect(GOOD).toContain(part);
  return GOOD.replace(part, by);
}

test('the model that the mistakes are made in is good', () => {
  expect(refusalOf(GOOD)).toEqual([]);
});

test.each<[string, string, string, string]>([
  ['no version', 'polity: 1\n', '', 'm.yaml:1:1: This file does not say its form: it begins with polity: 1.'],
  ['another version', 'polity: 1', 'polity: 2', 'm.yaml:1:9: This release reads the form polity: 1.'],
  ['an unknown section', 'separation_rules:', 'seperation_rules:', 'm.yaml:14:1: A model has no key "seperation_rules"; it takes polity,'],
  ['an unknown field', 'risk: high', 'danger: high', 'm.yaml:6:18: An action has no key "danger"; it takes name, risk, audit, status, description.'],
  ['a section of another kind', 'roles:\n', 'roles: [a]\nunused:\n', 'm.yaml:10:8: This is a mapping of keys to values.'],
  ['an entry of another kind', 'payer: {}', 'payer: []', 'm.yaml:13:10: A Role is a mapping of keys to values.'],
  ['a list that is none', 'permissions: [read_all]', 'permissions: read_all', 'm.yaml:11:26: This is a list.'],
  ['a number for a text', 'email: ada@example.org', 'email: 7', 'm.yaml:19:17: This is no text; quote it.'],
  ['a bad word', 'risk: high', 'risk: huge', 'm.yaml:6:24: This is none of low, normal, high, critical.'],
  ['a bad flag', 'risk: high', 'audit: "no"', 'm.yaml:6:25: This is neither true nor false.'],
  ['a bad key of a type', '  report:\n', '  Report:\n', 'm.yaml:3:3: A key starts with a letter and has 1 to 63 lower-case letters, digits and _.'],
  ['a bad key of an action', 'approve: { risk', 'a.b: { risk', 'm.yaml:6:7: The key of an action starts with a letter'],
  ['a bad key of a Role', 'payer: {}', 'Pay-er: {}', 'm.yaml:13:3: A key starts with a letter'],
  ['a bad key of a Permission', 'read_all: {', '"read all": {', 'm.yaml:8:3: A key has letters, digits, dots, _ and -.'],
  ['a bad mapping', 'actions:\n', 'mapping: table\n    actions:\n', 'm.yaml:4:14: This is none of internal_table, plugin_managed, none.'],
  ['a Permission without type', 'read_all: { type: report, ', 'read_all: { ', 'm.yaml:8:13: A Permission needs type.'],
  ['a Permission without scope', 'action: read, scope: space', 'action: read', 'm.yaml:8:3: A Permission needs scope.'],
  ['an unknown scope', 'scope: space', 'scope: planet', 'm.yaml:8:50: This is none of self, group, group_tree, space, global.'],
  ['a global Permission that counts', 'scope: space', 'scope: global, status: active', 'm.yaml:8:66: A Permission of global scope stays disabled.'],
  ['a condition that does not parse', 'resource.metadata.amount < 1000', '"resource.metadata.amount <"', 'm.yaml:9:80: '],
  ['a condition of another type', 'resource.metadata.amount < 1000', '"1 + 1"', 'm.yaml:9:80: An expression gives true or false, not int.'],
  ['a condition over what is not there', 'resource.metadata.amount < 1000', 'user.name == "x"', 'm.yaml:9:80: '],
  ['an action that is not registered', 'action: read, scope', 'action: raed, scope', 'm.yaml:8:3: There is no action raed of a resource type report, so read_all would never count.'],
  ['a registered action that is called unregistered', 'action: read, scope: space', 'action: read, scope: space, unregistered: true', 'm.yaml:8:3: The action read of report is registered'],
  ['the same rule twice', 'roles:\n', '  again: { type: report, action: read, scope: space }\nroles:\n', 'm.yaml:10:3: again says the same as read_all at m.yaml:8:3.'],
  ['an unknown Permission', 'permissions: [read_all]', 'permissions: [read_none]', 'm.yaml:11:27: There is no Permission read_none.'],
  ['a Permission twice in a Role', 'permissions: [read_all]', 'permissions: [read_all, read_all]', 'm.yaml:11:37: read_all stands here twice.'],
  ['an unknown Role', 'inherits: [reader]', 'inherits: [raeder]', 'm.yaml:12:26: There is no Role raeder.'],
  ['a Role that inherits itself', 'reader: { permissions', 'reader: { inherits: [reader], permissions', 'm.yaml:11:24: A Role would inherit itself: reader > reader.'],
  ['Roles in a circle', 'reader: { permissions', 'reader: { inherits: [approver], permissions', 'm.yaml:12:26: A Role would inherit itself: reader > approver > reader.'],
  ['a rule of one', 'roles: [approver, payer]', 'roles: [approver]', 'm.yaml:15:5: A rule keeps 2 to 100 Roles or Permissions apart.'],
  ['a rule of both kinds', 'roles: [approver, payer]', 'roles: [approver, payer], permissions: [read_all]', 'm.yaml:15:63: A rule is about Roles or about Permissions, not both.'],
  ['a rule that allows all', 'roles: [approver, payer]', 'roles: [approver, payer], at_most: 2', 'm.yaml:15:59: A rule allows fewer than all of what it names.'],
  ['a rule that allows none', 'roles: [approver, payer]', 'roles: [approver, payer], at_most: 0', 'm.yaml:15:59: This is no whole number from 1 on.'],
  ['a rule about an unknown Role', 'roles: [approver, payer]', 'roles: [approver, player]', 'm.yaml:15:42: There is no Role player.'],
  ['two rules of one name', 'groups:\n  finance', '  - { name: Four eyes, roles: [reader, payer] }\ngroups:\n  finance', 'm.yaml:16:5: A rule with this name stands here twice: also at m.yaml:15:5.'],
  ['a bad key of a Group', 'apac: {}', 'APAC: {}', 'm.yaml:17:24: A key starts with a letter'],
  ['no e-mail address', 'email: ada@example.org', 'email: ada', 'm.yaml:19:17: This is no e-mail address.'],
  ['an unknown User', 'ada: { user: ada }', 'ada: { user: adda }', 'm.yaml:21:16: There is no User adda.'],
  ['user and bindings', 'ada: { user: ada }', 'ada: { user: ada, bindings: { a: { user: ada } } }', 'm.yaml:21:16: A Member has either user or bindings.'],
  ['an unknown Member', '- { member: ada', '- { member: eva', 'm.yaml:24:15: There is no Member eva.'],
  ['an unknown anchor', 'anchor: finance.apac', 'anchor: finance.emea', 'm.yaml:24:44: There is no Group finance.emea.'],
  ['an assignment twice', 'resources:\n', '  - { member: ada, role: approver, anchor: finance.apac }\nresources:\n', 'm.yaml:25:5: This assignment stands here twice: also at m.yaml:24:5.'],
  ['an end before the start', 'expires_at: 2027', 'expires_at: 2025', 'm.yaml:24:69: An assignment starts before it ends.'],
  ['no moment', 'starts_at: 2026-01-01T00:00:00Z', 'starts_at: 2026-02-30T00:00:00Z', 'm.yaml:24:69: This is no RFC 3339 moment with a zone'],
  ['a moment without a zone', 'starts_at: 2026-01-01T00:00:00Z', 'starts_at: 2026-01-01T00:00:00', 'm.yaml:24:69: This is no RFC 3339 moment with a zone'],
  ['an unknown type', 'report-1: { type: report', 'report-1: { type: raport', 'm.yaml:26:21: There is no resource type raport.'],
  ['an unknown owner', 'owner: ada', 'owner: eva', 'm.yaml:26:57: There is no Member eva.'],
  ['a reserved id', 'report-1: { type', 'role_1: { type', 'm.yaml:26:3: The id of a Resource has 3 to 128 letters'],
  ['metadata of another kind', 'metadata: { amount: 5 }', 'metadata: [5]', 'm.yaml:26:89: This is a mapping of keys to values.'],
  ['a key twice', 'payer: {}', 'reader: {}', 'm.yaml:13:3: The key reader stands here twice.'],
  ['a key in metadata twice', '{ amount: 5 }', '{ amount: 5, amount: 6 }', 'm.yaml:26:102: The key amount stands here twice.'],
])('%s is refused at its place', (_, part, by, expected) => {
  const refused = refusalOf(changed(part, by));
  expect(refused.some((line) => line.startsWith(expected)) ? expected : refused).toBe(expected);
});

test('all mistakes are told at once', () => {
  expect(refusalOf(changed('risk: high', 'risk: huge').replace('email: ada@', 'email: '))).toHaveLength(2);
});

const chain = (length: number): string => [
  'polity: 1', 'roles:', ...Array.from({ length: length + 1 }, (_, at) => `  r${at}: ${at === length ? '{}' : `{ inherits: [r${at + 1}] }`}`), '',
].join('\n');

test('a chain of 16 inheritances is taken, one of 17 is not', () => {
  expect(refusalOf(chain(16))).toEqual([]);
  expect(refusalOf(chain(17))).toEqual(['m.yaml:3:20: r0 would be the beginning of a chain of more than 16 inheritances.']);
  expect(refusalOf(chain(5_000))).toEqual([expect.stringContaining('would be the beginning of a chain')]);
});

test('a tree of 32 levels is taken, one of 33 is not read', () => {
  const tree = (levels: number): string => `polity: 1\n${Array.from({ length: levels }, (_, level) => `${' '.repeat(level * 2)}groups:\n${' '.repeat(level * 2 + 1)}g:`).join('\n')}\n`;
  expect(refusalOf(tree(10))).toEqual([]);
  expect(refusalOf(tree(33))).toEqual([expect.stringContaining('levels')]);
});
