/** Type of a field: `timestamp` is bound as milliseconds since the epoch, `int` as a whole number, `json` as any JSON value. */
export type FieldType = 'string' | 'bool' | 'int' | 'timestamp' | 'json';

/** What expressions of one kind may read: variables with their fields. Any other variable or field is an error when compiling. */
export type Declarations = Readonly<Record<string, Readonly<Record<string, FieldType>>>>;

/** One field of one variable. */
export interface FieldReference {
  readonly variable: string;
  readonly field: string;
  readonly type: FieldType;
}
