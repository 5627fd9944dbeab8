/** What is wrong with the fields of one fact, each of which is right by itself. */
export interface FactFault {
  readonly field: string;
  readonly message: string;
}

/** Values of one fact, by field. */
type Values = Readonly<Record<string, unknown>>;

/** Most Roles or Permissions of one rule of separation. */
const MOST_ITEMS = 100;

/** A Permission of global scope never counts. */
export function permissionFault({ scope, status }: Values): FactFault | undefined {
  return scope === 'global' && status !== 'disabled' ? { field: 'status', message: 'A Permission of global scope stays disabled.' } : undefined;
}

/** No Role inherits itself. */
export function inheritanceFault({ roleId, inheritedRoleId }: Values): FactFault | undefined {
  return roleId === inheritedRoleId ? { field: 'inheritedRoleId', message: 'A Role does not inherit itself.' } : undefined;
}

/** An assignment starts before it ends. */
export function assignmentFault({ startsAt, expiresAt }: Values): FactFault | undefined {
  if (typeof startsAt !== 'string' || typeof expiresAt !== 'string' || Date.parse(startsAt) < Date.parse(expiresAt)) return undefined;
  return { field: 'startsAt', message: 'An assignment starts before it ends.' };
}

/** A rule keeps two or more Roles apart, or two or more Permissions, and allows fewer than all of them. */
export function separationFault({ roleIds, permissionIds, atMost }: Values): FactFault | undefined {
  const [roles, permissions] = [(roleIds as string[]).length, (permissionIds as string[]).length];
  if (roles > 0 && permissions > 0) return { field: 'permissionIds', message: 'A rule is about Roles or about Permissions, not both.' };
  const count = roles + permissions;
  if (count < 2 || count > MOST_ITEMS) {
    return { field: permissions > 0 ? 'permissionIds' : 'roleIds', message: `A rule keeps 2 to ${MOST_ITEMS} Roles or Permissions apart.` };
  }
  return (atMost as number) >= 1 && (atMost as number) < count
    ? undefined : { field: 'atMost', message: 'A rule allows at least one and fewer than all of what it names.' };
}
