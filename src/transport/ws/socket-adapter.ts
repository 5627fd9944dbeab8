import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { ReportInternal } from '../../graphql/index.js';
import { CLOSE, type CloseReason } from './close-codes.js';

/** Unsent bytes after which a reader is too slow: its queue would only grow. */
const MOST_UNSENT_BYTES = 4_194_304;
/** Messages of one socket that are worked on at once: those of the operations that may run, and some that are refused. */
const MOST_UNHANDLED = 400;
const PING_MS = 15_000;
/**
 * How long a slow reader may take to read on to the close frame, which stands behind all that was not read: ended earlier, its socket
 * says 1006 and not why. One that reads nothing holds its unsent bytes as long.
 */
const GRACE_MS = 10_000;

/** Closes a socket. */
export function closeSocket(socket: WebSocket, { code, reason }: CloseReason): void {
  socket.close(code, reason);
}

/** Ends sockets whose peer is gone without a word, within two pings. */
export function keepAlive(socket: WebSocket): void {
  let alive = true;
  const pinger = setInterval(() => {
    // Its peer may have the answer behind all that it has not read; while it closes, that has an end of its own.
    if (socket.readyState !== socket.OPEN) return;
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_MS);
  pinger.unref();
  socket.on('pong', () => {
    alive = true;
  });
  socket.once('close', () => clearInterval(pinger));
}

/** The socket as the protocol library sees it. Sending resolves when the message has left, so a stream is pulled as fast as it is read. */
export function protocolSocket(socket: WebSocket, report: ReportInternal): ProtocolSocket {
  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  // While a socket closes nothing is sent, and nothing more may be pulled either: what is sent then has left when the socket has.
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  socket.once('close', () => leave());
  const closeSlow = (): void => {
    closeSocket(socket, CLOSE.tooSlow);
    setTimeout(() => socket.terminate(), GRACE_MS).unref();
  };
  return {
    protocol: socket.protocol,
    send: (message) => {
      if (isOpen() && socket.bufferedAmount > MOST_UNSENT_BYTES) closeSlow();
      if (!isOpen()) return gone;
      return new Promise((resolve, reject) => {
        socket.send(message, (error) => {
          if (error === undefined || error === null) resolve();
          else if (isOpen()) reject(error);
          else gone.then(resolve, reject);
        });
      });
    },
    close: (code, reason) => socket.close(code, reason),
    onMessage: (handle) => {
      let unhandled = 0;
      socket.on('message', (message: Buffer) => {
        // What arrived before a socket was closed arrives still, and would be worked on for nobody.
        if (!isOpen()) return;
        if (unhandled >= MOST_UNHANDLED) return closeSocket(socket, CLOSE.flood);
        unhandled++;
        handle(message.toString('utf8')).catch((error: unknown) => {
          report(error);
          closeSocket(socket, CLOSE.internal);
        }).finally(() => {
          unhandled--;
        });
      });
    },
  };
}
