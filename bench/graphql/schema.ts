// The schema that every contender serves. Names begin with `bench`, because ours has them beside its own.

/** Permission key that the caller of the bench holds. */
export const HELD_KEY = 'members:read';
/** Permission key that it does not hold. */
export const MISSING_KEY = 'audit:read';
/** Policy that holds for a caller with a session. */
export const POLICY = 'interactive_session';

/** How many fields the wide object has. */
export const WIDE_FIELDS = 100;

const GUARDS = ['@authenticated', `@requiresScopes(scopes: [["${HELD_KEY}"]])`, `@policy(policies: [["${POLICY}"]])`];
const DENIED = `@requiresScopes(scopes: [["${MISSING_KEY}"]])`;

const ITEM_FIELDS = ['id: ID', 'name: String', 'price: Float', 'active: Boolean', 'note: String'];

/** Definitions of the three guards, for contenders that do not bring them. */
export const DIRECTIVES = /* GraphQL */ `
  directive @authenticated on FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION
`;

/** What a contender needs to be told of the schema. */
export interface SchemaOptions {
  /** `type Query`, or `extend type Query` where there is one. */
  readonly root: 'type Query' | 'extend type Query';
  /** What stands behind root fields that need no caller. */
  readonly open: '' | '@public';
  /** Whether the types have guards. */
  readonly guarded: boolean;
}

/** The SDL of the bench. Without guards the guarded types are as open as the others. */
export function benchSchema({ root, open, guarded }: SchemaOptions): string {
  const guard = (number: number): string => (guarded ? ` ${GUARDS[number % GUARDS.length]}` : '');
  const wide = Array.from({ length: WIDE_FIELDS }, (_, number) => wideField(number));
  return /* GraphQL */ `
    ${root} {
      benchHello: String ${open}
      benchItems: [BenchItem] ${open}
      benchNested: BenchNode ${open}
      benchGuardedItems: [BenchGuardedItem] ${open}
      benchPartlyDeniedItems: [BenchPartlyDeniedItem] ${open}
      benchWide: BenchWide ${open}
      benchGuardedWide: BenchGuardedWide ${open}
    }
    type BenchItem { ${ITEM_FIELDS.join(' ')} }
    type BenchGuardedItem { ${ITEM_FIELDS.map((field, number) => `${field}${guard(number)}`).join(' ')} }
    type BenchPartlyDeniedItem { ${ITEM_FIELDS.map((field, number) => `${field}${number === ITEM_FIELDS.length - 1 && guarded ? ` ${DENIED}` : guard(number)}`).join(' ')} }
    type BenchNode { level: Int child: BenchNode }
    type BenchWide { ${wide.map((name) => `${name}: String`).join(' ')} }
    type BenchGuardedWide { ${wide.map((name, number) => `${name}: String${guard(number)}`).join(' ')} }
  `;
}

/** Name of one field of the wide object. */
export function wideField(number: number): string {
  return `field${String(number).padStart(2, '0')}`;
}
