/** Says which step is taken, on one line. Standard output stays free for what the command itself prints. */
export function say(text) {
  process.stderr.write(`polity: ${text}\n`);
}

/** Ends the process with one line of error. */
export function fail(text) {
  say(text);
  process.exit(1);
}
