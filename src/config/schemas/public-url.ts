import { z } from 'zod';

/** An absolute http or https address without credentials, query or fragment; a trailing slash is dropped. */
export const publicUrlText = z.string().transform((text, context) => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    context.addIssue('must be an absolute address such as https://polity.example.com');
    return z.NEVER;
  }
  if (url.username !== '' || url.password !== '' || /[?#]/.test(text)) {
    context.addIssue('must not carry credentials, a query or a fragment');
    return z.NEVER;
  }
  return url.href.replace(/\/+$/, '');
});
