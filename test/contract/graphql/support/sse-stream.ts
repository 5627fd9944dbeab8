import type { GraphqlCaller } from '../../../support/graphql-caller.js';
import type { DoorAnswer } from './doors.js';
import { post } from './doors.js';

/** A subscription over server-sent events. */
export interface SseStream {
  /** The next message; undefined when the answer has ended. */
  next(): Promise<{ readonly event: string; readonly data?: DoorAnswer } | undefined>;
  close(): Promise<void>;
}

/** Subscribes over server-sent events; resolves when the stream has begun. */
export async function openSse(caller: GraphqlCaller, query: string): Promise<SseStream> {
  const { body } = await post(caller, '/graphql/stream', { query });
  if (body === null) throw new Error('no stream');
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async next() {
      for (;;) {
        const found = /^(?::\n\n)*event: (\w+)\ndata:(.*)\n\n/.exec(text);
        if (found !== null) {
          text = text.slice(found[0].length);
          const [, event = '', data = ''] = found;
          return { event, ...(data.trim() === '' ? {} : { data: JSON.parse(data) as DoorAnswer }) };
        }
        const { done, value } = await reader.read();
        if (done) return undefined;
        text += value;
      }
    },
    close: () => reader.cancel(),
  };
}
