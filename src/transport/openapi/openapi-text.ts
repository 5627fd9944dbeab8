import type { JsonSchema } from './declared-route.js';

/** The document as JSON. */
export function asJson(document: JsonSchema): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The document as YAML 1.2. The printer is loaded when somebody asks. */
export async function asYaml(document: JsonSchema): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(document, { lineWidth: 140, aliasDuplicateObjects: false });
}
