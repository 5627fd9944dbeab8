import { optional, withDefault } from '../setting.js';
import { readCidr } from '../schemas/cidr.js';
import { commaList } from '../schemas/comma-list.js';
import { matching } from '../schemas/matching.js';
import { readOrigin } from '../schemas/origin.js';
import { publicUrlText } from '../schemas/public-url.js';
import { wholeNumber } from '../schemas/whole-number.js';

const hour = 3_600_000;

/** Where the server listens and what it accepts from the network. */
export const httpSettings = {
  port: withDefault(
    { variable: 'PORT', schema: wholeNumber(0, 65_535), description: 'TCP port to listen on; 0 takes any free one.' },
    4000,
  ),
  host: withDefault(
    {
      variable: 'HOST',
      schema: matching(/^[A-Za-z0-9._:-]{1,253}$/, 'a host name or an address'),
      description: 'Host name or address to listen on.',
    },
    '127.0.0.1',
  ),
  publicUrl: optional({
    variable: 'POLITY_PUBLIC_URL',
    schema: publicUrlText,
    description: 'Address under which clients reach this server. Production needs it.',
  }),
  corsOrigins: withDefault(
    {
      variable: 'POLITY_CORS_ORIGINS',
      schema: commaList(readOrigin),
      description: 'Browser origins that may call the API, separated by commas; none switches CORS off.',
    },
    [],
  ),
  trustedProxies: withDefault(
    {
      variable: 'POLITY_TRUSTED_PROXIES',
      schema: commaList(readCidr),
      description: 'Address ranges whose forwarding headers are believed, in CIDR form, separated by commas.',
    },
    [],
  ),
  requestIdHeader: withDefault(
    {
      variable: 'POLITY_REQUEST_ID_HEADER',
      schema: matching(/^[A-Za-z0-9-]{1,64}$/, 'a header name of letters, digits and hyphens').transform((name) => name.toLowerCase()),
      description: 'Header that carries the request id in and out.',
    },
    'x-request-id',
  ),
  maxBodyBytes: withDefault(
    {
      variable: 'POLITY_MAX_BODY_BYTES',
      schema: wholeNumber(1024, 64 * 1024 * 1024),
      description: 'Largest request body.',
      unit: 'bytes',
    },
    1024 * 1024,
  ),
  maxBatch: withDefault(
    {
      variable: 'POLITY_MAX_BATCH',
      schema: wholeNumber(1, 1000),
      description: 'Most operations in one batched request; 1 switches batches off.',
    },
    10,
  ),
  requestTimeoutMs: withDefault(
    {
      variable: 'POLITY_REQUEST_TIMEOUT_MS',
      schema: wholeNumber(100, hour),
      description: 'Longest time a request may take to arrive and be answered.',
      unit: 'ms',
    },
    30_000,
  ),
  headersTimeoutMs: withDefault(
    {
      variable: 'POLITY_HEADERS_TIMEOUT_MS',
      schema: wholeNumber(100, hour),
      description: 'Longest time the headers of a request may take to arrive.',
      unit: 'ms',
    },
    5000,
  ),
  keepAliveTimeoutMs: withDefault(
    {
      variable: 'POLITY_KEEP_ALIVE_TIMEOUT_MS',
      schema: wholeNumber(0, hour),
      description: 'How long an idle connection stays open; keep it above the idle time of the proxy in front.',
      unit: 'ms',
    },
    65_000,
  ),
  drainTimeoutMs: withDefault(
    {
      variable: 'POLITY_DRAIN_TIMEOUT_MS',
      schema: wholeNumber(0, hour),
      description: 'How long running requests may finish after a stop signal.',
      unit: 'ms',
    },
    10_000,
  ),
};
