/** What a subject of AuthZEN can be here. */
const KINDS: readonly string[] = ['user', 'member', 'service'];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

/** Reads `name=kind`: one more name for a kind of subjects. @throws Error saying what is wrong */
export function readSubjectType(text: string): string {
  const [name = '', kind = '', ...rest] = text.split('=').map((part) => part.trim());
  if (rest.length > 0 || !NAME.test(name) || !KINDS.includes(kind)) throw new Error('must be a name, =, and one of user, member, service');
  if (KINDS.includes(name)) throw new Error(`${name} has its own meaning`);
  return `${name}=${kind}`;
}
