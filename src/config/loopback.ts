import ipaddr from 'ipaddr.js';

/** Whether a host name or address reaches only this machine: `localhost`, `127.0.0.0/8`, `::1`. Brackets around IPv6 are allowed. */
export const isLoopbackHost = (host: string): boolean => {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback';
};

/** Whether an address means "every interface" (`0.0.0.0`, `::`) and so names no machine at all. */
export const isUnspecifiedHost = (host: string): boolean => {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'unspecified';
};
