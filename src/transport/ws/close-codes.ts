/** Why a socket is closed: code and reason. Codes of 4000 and above are those of graphql-transport-ws. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
}

/** Reasons beside those that the protocol library gives by itself (4400, 4401, 4406, 4408, 4409, 4429). */
export const CLOSE = {
  /** The server stops; clients connect again. */
  goingAway: { code: 1001, reason: 'Going away' },
  /** The reader does not keep up; clients connect again and resume. */
  tooSlow: { code: 1013, reason: 'Too slow: resume from the last cursor' },
  /** Nobody's mistake; clients connect again. */
  tryAgainLater: { code: 1013, reason: 'Try again later' },
  /** The session, key or user has ended; connecting again with the same credential would fail. */
  callerEnded: { code: 4401, reason: 'Unauthorized' },
  /** The credential ran out; clients connect again with a fresh one. */
  credentialExpired: { code: 4401, reason: 'Credential expired' },
  /** The client sends faster than it is answered; the protocol library gives the same code to a second connection_init. */
  flood: { code: 4429, reason: 'Too many messages at once' },
  /** The client connects again and again and asks for nothing. */
  reconnects: { code: 4429, reason: 'Too many connections without an operation' },
  internal: { code: 4500, reason: 'Internal error' },
} as const satisfies Readonly<Record<string, CloseReason>>;
