import ipaddr from 'ipaddr.js';

/**
 * Reads one address range, `10.0.0.0/8` or `fd00::/8`; a lone address stands for itself.
 * @returns the range in CIDR form
 * @throws Error when it is neither.
 */
export const readCidr = (text: string): string => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return `${text}/32`;
  if (ipaddr.IPv6.isValid(text)) return `${text}/128`;
  const fourParts = /^(\d+\.){3}\d+\//.test(text);
  if (!ipaddr.isValidCIDR(text) || (!fourParts && !text.includes(':'))) {
    throw new Error('must be an address range such as 10.0.0.0/8');
  }
  return text;
};
