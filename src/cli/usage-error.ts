/** The command was called wrongly; the message names the option or argument. Nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
