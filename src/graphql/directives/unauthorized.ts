import { GraphQLError } from 'graphql';

/** Code of a field that a guard denied. */
export const UNAUTHORIZED = 'UNAUTHORIZED_FIELD_OR_TYPE';

/** The error of a denied field; the executor adds the path. */
export function unauthorized(): GraphQLError {
  return new GraphQLError('Unauthorized field or type', { extensions: { code: UNAUTHORIZED } });
}
