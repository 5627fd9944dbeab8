import { registerEnumType } from 'type-graphql';

/** Name of each value in the schema → what is stored for it, and what the schema says about it. */
type EnumValues = Readonly<Record<string, readonly [stored: string, description: string]>>;

/** Name of each value in the schema → what is stored for it. */
type StoredValues<Values extends EnumValues> = { readonly [Name in keyof Values]: Values[Name][0] };

/** Any of the stored values of an enum that {@link enumType} made. */
export type EnumOf<Enum extends object> = Enum[keyof Enum];

/**
 * Declares an enum of the schema. Call once per enum and export the result beside a type of the same name, as with
 * `const Colour = enumType(…)` and `type Colour = EnumOf<typeof Colour>`.
 */
export function enumType<const Values extends EnumValues>(name: string, description: string, values: Values): StoredValues<Values> {
  const entries = Object.entries(values);
  const stored = Object.fromEntries(entries.map(([key, [value]]) => [key, value])) as StoredValues<Values>;
  const valuesConfig = Object.fromEntries(entries.map(([key, [, text]]) => [key, { description: text }]));
  registerEnumType<object>(stored, { name, description, valuesConfig });
  return stored;
}
