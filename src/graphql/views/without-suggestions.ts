/**
 * Takes the names that graphql-js suggests out of a message about a document: they are names of the whole schema, and the caller
 * may not be one to see them.
 */
export function withoutSuggestions(message: string): string {
  return message.replace(/ Did you mean [^?]*\?$/, '');
}
