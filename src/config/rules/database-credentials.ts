import { isLoopbackHost } from '../loopback.js';

/** What a PostgreSQL address says about how it connects. */
export interface DatabaseAddress {
  readonly user: string;
  readonly password: string;
  /** Host name, address, or the folder of a UNIX socket. */
  readonly host: string;
  /** `sslmode` of the address; empty when it has none. */
  readonly sslMode: string;
  readonly hasClientCertificate: boolean;
}

/** Passwords of images, tutorials and demos. */
const knownPasswords = new Set([
  '123456', '12345678', 'admin', 'change-me', 'change_me', 'changeme', 'default', 'demo', 'example', 'passw0rd', 'password',
  'plystra', 'polity', 'postgres', 'postgresql', 'root', 'secret', 'test',
]); // prettier-ignore

const MINIMUM_PASSWORD_LENGTH = 8;

/** Takes an address apart that the settings model has accepted; parameters win over the parts of the address, as in the driver. */
export const parseDatabaseAddress = (address: string): DatabaseAddress => {
  const url = new URL(address);
  const part = (name: string, fallback: string): string => url.searchParams.get(name) ?? decodeURIComponent(fallback);
  return {
    user: part('user', url.username),
    password: part('password', url.password),
    host: part('host', url.hostname),
    sslMode: part('sslmode', ''),
    hasClientCertificate: url.searchParams.has('sslcert'),
  };
};

/** Whether the connection leaves this machine. */
export const isRemote = ({ host }: DatabaseAddress): boolean => host !== '' && !host.startsWith('/') && !isLoopbackHost(host);

/**
 * Why the credentials of an address are too weak for production, or `undefined`. A UNIX socket or a client certificate needs no
 * password; everything else does.
 */
export const credentialWeakness = (address: DatabaseAddress): string | undefined => {
  const { user, password, host, hasClientCertificate } = address;
  if (password === '') {
    const otherwiseProved = hasClientCertificate || host.startsWith('/');
    return otherwiseProved ? undefined : 'must carry a password or a client certificate (sslcert) in production';
  }
  if (knownPasswords.has(password.toLowerCase())) return 'has a default or demo password';
  if (password === user) return 'has a password equal to its user name';
  if (password.length < MINIMUM_PASSWORD_LENGTH) return `has a password shorter than ${MINIMUM_PASSWORD_LENGTH} characters`;
  return undefined;
};
