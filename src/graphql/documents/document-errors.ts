import { GraphQLError } from 'graphql';

/** Code of an id or a hash that nobody knows; Apollo's clients send the text then. */
export const NOT_FOUND = 'PERSISTED_QUERY_NOT_FOUND';

/** Code of a text that is not what its hash says. */
export const HASH_MISMATCH = 'PERSISTED_QUERY_HASH_MISMATCH';

/** Code of a document that is not in the register, where only registered ones run. */
export const NOT_REGISTERED = 'DOCUMENT_NOT_REGISTERED';

// Message, code and status of Apollo's protocol: clients look at the first two.
export const notFound = (): GraphQLError => new GraphQLError('PersistedQueryNotFound', { extensions: { code: NOT_FOUND, http: { status: 200 } } });

export const hashMismatch = (): GraphQLError => new GraphQLError('provided sha does not match query', { extensions: { code: HASH_MISMATCH, http: { status: 400 } } });

export const notRegistered = (): GraphQLError => new GraphQLError('Only registered documents run here.', { extensions: { code: NOT_REGISTERED, http: { status: 403 } } });

/** @param field - what of the request is wrong */
export const malformed = (field: string, message: string): GraphQLError => new GraphQLError(`${field}: ${message}`, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
