/**
 * Reads one browser origin (`https://app.example.com`). `*` is none: no answer is for any page there is.
 * @throws Error when it is none, or carries a path.
 */
export const readOrigin = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== text.replace(/\/$/, '').toLowerCase()) {
    throw new Error('must be an origin such as https://app.example.com, without a path');
  }
  return url.origin;
};
