const INVALID_VALUE = /^(Variable "\$[^"]+" got invalid value )(?<rest>[\s\S]*)$/;
const PLACE = / at "(?<place>[A-Za-z0-9_.[\]]+)"; /g;
/** Complaints that name fields and types of the schema, never a value. */
const NAMES_ONLY = /^(Field "[A-Za-z0-9_]+" (of required type "[^"]+" was not provided|is not defined by type "[^"]+")|Expected (non-nullable )?type "[^"]+"( not to be null| to be an object)?)\.?/;

/**
 * Takes the caller's values out of a message about a variable: a malformed sign-in would put its password into the answer, and
 * from there into logs.
 */
export function withoutValues(message: string): string {
  const match = INVALID_VALUE.exec(message);
  const rest = match?.groups?.rest;
  if (match === null || rest === undefined) return message;
  const variable = match[1]?.replace(/ got invalid value $/, '') ?? 'A variable';
  const place = [...rest.matchAll(PLACE)].at(-1);
  const complaint = rest.slice(place === undefined ? rest.lastIndexOf('; ') + 2 : place.index + place[0].length);
  const kept = NAMES_ONLY.exec(complaint)?.[0];
  const where = place?.groups?.place === undefined ? '' : ` at "${place.groups.place}"`;
  return `${variable} has an invalid value${where}${kept === undefined ? '.' : `: ${kept}`}`;
}
