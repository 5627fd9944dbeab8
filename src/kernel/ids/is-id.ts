const ID_SYNTAX = /^[A-Za-z0-9._-]{3,128}$/;

/** Whether a text has the form of an id: 3 to 128 of `A-Z a-z 0-9 . _ -`. Ids are compared byte by byte. */
export function isId(text: string): boolean {
  return ID_SYNTAX.test(text);
}
