/**
 * Reads one browser origin (`https://app.example.com`) or `*`.
 * @throws Error when it is neither, or carries a path.
 */
export const readOrigin = (text: string): string => {
  if (text === '*') return text;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== text.replace(/\/$/, '').toLowerCase()) {
    throw new Error('must be an origin such as https://app.example.com, without a path, or *');
  }
  return url.origin;
};
