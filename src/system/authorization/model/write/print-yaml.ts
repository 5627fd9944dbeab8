import { Document, visit } from 'yaml';
import { escapeHidden, hiddenCharacterAt } from '../yaml/hidden-characters.js';

/** Prints plain data as YAML in which nothing is hidden: what an eye does not see is an escape. */
export function printYaml(data: unknown): string {
  const document = new Document(data, { version: '1.2', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && hiddenCharacterAt(scalar.value) >= 0) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeHidden(document.toString({ lineWidth: 0 }));
}
