import type { Model, ModelPermission } from './model.js';
import { published } from './published.js';

const RICK = { email: 'rick@the-citadel.com', pid: 'CiRmZDA2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs', roles: ['admin', 'evil_genius'] };
const MORTY = { email: 'morty@the-citadel.com', pid: 'CiRmZDE2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs', roles: ['editor'] };
const SUMMER = { email: 'summer@the-smiths.com', pid: 'CiRmZDI2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs', roles: ['editor'] };
const BETH = { email: 'beth@the-smiths.com', pid: 'CiRmZDM2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs', roles: ['viewer'] };
const JERRY = { email: 'jerry@the-smiths.com', pid: 'CiRmZDQ2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs', roles: ['viewer'] };
const PEOPLE = [RICK, MORTY, SUMMER, BETH, JERRY];

const on = (type: string, ...actions: string[]): ModelPermission[] => actions.map((action) => ({ type, action }));
const ANYBODY = [...on('user', 'can_read_user'), ...on('todo', 'can_read_todos')];

const TODO_TYPES = { user: ['can_read_user'], todo: ['can_read_todos', 'can_create_todo', 'can_update_todo', 'can_delete_todo'] };
const TODO_ROLES: Model['roles'] = {
  viewer: ANYBODY,
  editor: [...ANYBODY, ...on('todo', 'can_create_todo')],
  admin: [...ANYBODY, ...on('todo', 'can_create_todo', 'can_delete_todo')],
  evil_genius: on('todo', 'can_update_todo'),
};
const TODO_IDS = ['1', '2', '3', '4', '5'].map((digit) => `7240d0db-8ff0-41ec-98b2-34a096273b9${digit}`);
const TODO_OWNERS = [MORTY, RICK, SUMMER, BETH, JERRY];

/** The todo application as the final text asks it: users by their PID, and the owner of a todo in its properties. */
export function todoModel(space: string): Model {
  return {
    space,
    types: TODO_TYPES,
    people: PEOPLE.map(({ pid }) => pid),
    roles: { ...TODO_ROLES, owner: on('todo', 'can_update_todo', 'can_delete_todo') },
    assignments: PEOPLE.flatMap(({ pid, email, roles }) => [
      ...roles.map((role) => ({ person: pid, role })),
      ...(roles.includes('editor') ? [{ person: pid, role: 'owner', condition: `has(resource.properties.ownerID) && resource.properties.ownerID == '${email}'` }] : []),
    ]),
    resources: [
      ...PEOPLE.map(({ email }) => ({ type: 'user', id: email })),
      // The second draft misspells one of them.
      ...['todo-1', ...TODO_IDS, '240d0db-8ff0-41ec-98b2-34a096273b95'].map((id) => ({ type: 'todo', id })),
    ],
  };
}

/** The todo application as the first drafts asked it: users by e-mail, and the owner outside of the properties, so that the stored one counts. */
export function todoDraftModel(space: string): Model {
  return {
    space,
    types: TODO_TYPES,
    people: PEOPLE.map(({ email }) => email),
    roles: {
      ...TODO_ROLES,
      editor: [...(TODO_ROLES['editor'] ?? []), { type: 'todo', action: 'can_update_todo', scope: 'self' }, { type: 'todo', action: 'can_delete_todo', scope: 'self' }],
    },
    assignments: PEOPLE.flatMap(({ email, roles }) => roles.map((role) => ({ person: email, role }))),
    resources: [
      ...PEOPLE.map(({ email }) => ({ type: 'user', id: email })),
      { type: 'todo', id: 'todo-1' },
      ...TODO_IDS.map((id, index) => ({ type: 'todo', id, owner: TODO_OWNERS[index]?.email ?? '' })),
    ],
  };
}

/** Routes of the todo application behind an API gateway: subjects of type identity, actions named as HTTP methods. */
export function gatewayModel(space: string): Model {
  const reading = on('route', 'GET');
  const writing = [...reading, ...on('route', 'POST', 'PUT', 'DELETE')];
  return {
    space,
    types: { route: ['GET', 'POST', 'PUT', 'DELETE'] },
    people: PEOPLE.map(({ pid }) => pid),
    roles: { viewer: reading, editor: writing, admin: writing, evil_genius: [] },
    assignments: PEOPLE.flatMap(({ pid, roles }) => roles.map((role) => ({ person: pid, role }))),
    resources: ['/users/{userId}', '/todos', '/todos/{todoId}'].map((id) => ({ type: 'route', id })),
  };
}

interface SearchUser {
  readonly id: string;
  readonly role: string;
  readonly department: string;
}

interface SearchRecord {
  readonly id: number | string;
  readonly department?: string;
  readonly owner: string;
}

/** Records of departments: owners, colleagues and managers see them; owners, and managers of the department, edit them; owners delete them. */
export function searchModel(space: string): Model {
  const users = published<SearchUser[]>('search-users.json');
  const records = published<SearchRecord[]>('search-records.json');
  const groupOf = (department: string): string => department.toLowerCase();
  return {
    space,
    types: { record: ['view', 'edit', 'delete'] },
    people: users.map(({ id }) => id),
    groups: [...new Set([...users, ...records].map(({ department = '' }) => groupOf(department)))],
    roles: {
      owner: ['view', 'edit', 'delete'].map((action) => ({ type: 'record', action, scope: 'self' })),
      colleague: [{ type: 'record', action: 'view', scope: 'group' }],
      manager: [{ type: 'record', action: 'view' }],
      department_manager: [{ type: 'record', action: 'edit', scope: 'group' }],
    },
    assignments: users.flatMap(({ id, role, department }) => [
      { person: id, role: 'owner' },
      { person: id, role: 'colleague', group: groupOf(department) },
      ...(role === 'manager' ? [{ person: id, role: 'manager' }, { person: id, role: 'department_manager', group: groupOf(department) }] : []),
    ]),
    resources: records.map(({ id, owner, department = '' }) => ({ type: 'record', id: String(id), owner, group: groupOf(department) })),
  };
}

/** Records that only their owners delete. */
export function idpModel(space: string): Model {
  const records = published<SearchRecord[]>('idp-records.json');
  const people = [...new Set(records.map(({ owner }) => owner))];
  return {
    space,
    types: { record: ['delete'] },
    people,
    roles: { owner: [{ type: 'record', action: 'delete', scope: 'self' }] },
    assignments: people.map((person) => ({ person, role: 'owner' })),
    resources: records.map(({ id, owner }) => ({ type: 'record', id: String(id), owner })),
  };
}
