import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { newId } from '../../kernel/ids/index.js';
import type { RequestInfo } from '../../system/shared/contracts/index.js';

const REQUEST_ID = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
const LONGEST_AGENT = 512;

interface Peer {
  readonly address: string | undefined;
  readonly isTrusted: boolean;
}

/** Reads the facts of a request. Forwarded addresses count only when the peer is a trusted proxy. */
export class RequestInfoReader {
  private readonly proxies: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
  private readonly peers = new WeakMap<Socket, Peer>();

  constructor(
    private readonly requestIdHeader: string,
    trustedProxies: readonly string[],
    private readonly now: () => number,
  ) {
    this.proxies = trustedProxies.map((range) => (range.includes('/') ? ipaddr.parseCIDR(range) : [ipaddr.parse(range), ipaddr.parse(range).kind() === 'ipv4' ? 32 : 128]));
  }

  read(request: IncomingMessage): RequestInfo {
    const sent = request.headers[this.requestIdHeader.toLowerCase()];
    const id = typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : newId('req');
    const userAgent = request.headers['user-agent']?.slice(0, LONGEST_AGENT);
    return { id, ip: this.clientAddress(request), userAgent, now: this.now() };
  }

  /** The address of the client: the peer, or what a trusted proxy says, walking back over trusted hops. */
  clientAddress(request: IncomingMessage): string | undefined {
    const { address: peer, isTrusted } = this.peerOf(request.socket);
    if (peer === undefined || !isTrusted) return peer;
    const forwarded = header(request, 'x-forwarded-for')?.split(',').map((part) => normalized(part.trim())) ?? [];
    let furthest: string | undefined;
    for (const hop of forwarded.toReversed()) {
      if (hop === undefined) break;
      if (!this.isTrusted(hop)) return hop;
      furthest = hop;
    }
    return furthest ?? normalized(header(request, 'x-real-ip')?.trim()) ?? peer;
  }

  // A connection keeps its peer, and carries many requests.
  private peerOf(socket: Socket): Peer {
    const known = this.peers.get(socket);
    if (known !== undefined) return known;
    const address = normalized(socket.remoteAddress);
    const peer = { address, isTrusted: address !== undefined && this.isTrusted(address) };
    if (address !== undefined) this.peers.set(socket, peer);
    return peer;
  }

  private isTrusted(address: string): boolean {
    const parsed = ipaddr.process(address);
    return this.proxies.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match([network, bits] as [ipaddr.IPv4, number]));
  }
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

// `ipaddr.js` takes octal, hexadecimal and short forms too, in which one address has many spellings.
function normalized(address: string | undefined): string | undefined {
  return address !== undefined && isIP(address) !== 0 ? ipaddr.process(address).toString() : undefined;
}
