/** The role that the server works as. It owns nothing. */
export const APP_ROLE = 'polity_app';

/** The role that owns a schema and runs its migrations. */
export const ownerRole = (schema: string): string => `polity_${schema}`;
