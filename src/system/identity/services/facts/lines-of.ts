/** Splits a stream of text or UTF-8 bytes into lines; a chunk may end anywhere, also inside a character. `see` gets every chunk. */
export async function* linesOf(source: AsyncIterable<string | Uint8Array>, see: (chunk: string | Uint8Array) => unknown = () => undefined): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of source) {
    see(chunk);
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
