import type { Authenticator, Caller } from '../../system/shared/contracts/index.js';
import type { ReportInternal } from '../../graphql/index.js';
import { CLOSE, type CloseReason } from './close-codes.js';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What keeps the caller of a socket current. */
export interface SocketCallerOptions {
  readonly authenticator: Authenticator;
  readonly now: () => number;
  /** Closes the socket; called once. */
  readonly close: (reason: CloseReason) => void;
  readonly report: ReportInternal;
}

/** The caller of one socket, looked at again when it may have changed. One that ended takes its socket along, so that its client signs in again instead of waiting. */
export class SocketCaller {
  private readonly stopListening: () => void;
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  constructor(
    private caller: Caller,
    private readonly options: SocketCallerOptions,
  ) {
    this.stopListening = options.authenticator.onChange((affects) => {
      if (affects(this.caller)) this.current().catch(options.report);
    });
    this.watchClock();
  }

  /**
   * The caller as it is now; undefined when it has ended, and its socket with it.
   * @throws what the authenticator throws when the caller cannot be read.
   */
  current(): Promise<Caller | undefined> {
    return this.look('current');
  }

  /** The same, read from the database: a connection that will live long begins with what is true. */
  read(): Promise<Caller | undefined> {
    return this.look('refresh');
  }

  /** Stops listening; the socket is gone. */
  stop(): void {
    this.over = true;
    this.stopListening();
    clearTimeout(this.timer);
  }

  private async look(how: 'current' | 'refresh'): Promise<Caller | undefined> {
    if (this.over) return undefined;
    const now = this.options.now();
    if (this.caller.expiresAt !== undefined && this.caller.expiresAt <= now) return this.end(CLOSE.credentialExpired);
    const fresh = this.caller.kind === 'anonymous' ? this.caller : await this.options.authenticator[how](this.caller, now);
    if (fresh === undefined) return this.end(CLOSE.callerEnded);
    this.caller = fresh;
    if (!this.over) this.watchClock();
    return fresh;
  }

  private end(reason: CloseReason): undefined {
    if (this.over) return;
    this.stop();
    this.options.close(reason);
  }

  private watchClock(): void {
    clearTimeout(this.timer);
    if (this.caller.expiresAt === undefined) return;
    this.timer = setTimeout(() => {
      this.current().catch(this.options.report);
    }, Math.min(Math.max(this.caller.expiresAt - this.options.now(), 0), LONGEST_TIMER_MS));
    this.timer.unref();
  }
}
