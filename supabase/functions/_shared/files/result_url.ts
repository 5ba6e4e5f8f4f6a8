/**
 * Which addresses a result may be fetched from. A provider's answer is outside data: it must not steer us into our own
 * network.
 *
 * The name is resolved here, and again by the fetch that follows: whoever owns it can have it lead elsewhere in
 * between. What that gains is a TLS greeting to an address of ours, and no more. The fetch is https, so nothing is
 * asked before the other side has shown a certificate for that name from a public authority, which no service inside
 * has; a service that speaks plain HTTP sees bytes that are no request. To connect to the very address that was checked
 * is not possible in the Edge Runtime: fetch takes no resolver, and `lookup` and `createConnection` of node:https are
 * not implemented there (they are in Deno 2.9).
 */
import { isIP } from "node:net";
import { trustedResultHosts } from "../runtime/env.ts";

/** A result's address is refused. */
export class RefusedAddress extends Error {
  readonly code = "refused_address";
}

/**
 * Checks the address of a result: https, on a public host after DNS; or a host that the operator trusts (simulators).
 * @throws RefusedAddress
 */
export async function checkResultUrl(address: string): Promise<URL> {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new RefusedAddress(`${JSON.stringify(address)} is no address`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (trustedResultHosts().includes(host) && /^https?:$/.test(url.protocol)) {
    return url;
  }
  if (url.protocol !== "https:") {
    throw new RefusedAddress(`${url.origin} is not https`);
  }
  const addresses = isIP(host) ? [host] : await resolve(host);
  const hidden = addresses.find((ip) => !isPublic(ip));
  if (addresses.length === 0 || hidden) {
    throw new RefusedAddress(`${url.hostname} is not a public host`);
  }
  return url;
}

/** The host's addresses; none when it has none. Throws when the resolver fails: that says nothing about the host. */
async function resolve(host: string): Promise<string[]> {
  const answers = await Promise.allSettled([Deno.resolveDns(host, "A"), Deno.resolveDns(host, "AAAA")]);
  return answers.flatMap((answer) => {
    if (answer.status === "fulfilled") return answer.value;
    if (answer.reason instanceof Deno.errors.NotFound) return [];
    throw new Error(`${host} cannot be resolved just now: ${answer.reason}`);
  });
}

/** Whether an IP address is reachable on the public internet (RFC 6890's special-purpose ranges are not). */
export function isPublic(ip: string): boolean {
  const mapped = ip.match(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i)?.[1];
  if (mapped) return isPublic(mapped);
  if (isIP(ip) === 6) return isPublicV6(ip);
  return isIP(ip) === 4 && isPublicV4(ip);
}

function isPublicV4(ip: string): boolean {
  const [a = 0, b = 0, c = 0] = ip.split(".").map(Number);
  const isSpecial = a === 0 || a === 10 || a === 127 || a >= 224 || // this network, private, loopback, multicast and reserved
    (a === 100 && b >= 64 && b < 128) || // carrier-grade NAT
    (a === 169 && b === 254) || // link local
    (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || // private
    (a === 192 && b === 88 && c === 99) || // 6to4 relays
    (a === 192 && b === 0 && (c === 0 || c === 2)) || (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113) || // protocol assignments and documentation
    (a === 198 && (b === 18 || b === 19)); // benchmarks
  return !isSpecial;
}

function isPublicV6(ip: string): boolean {
  const [first = 0, second = 0] = ip.split(":").map((group) => parseInt(group || "0", 16));
  if (first < 0x2000 || first > 0x3fff) return false; // global unicast is 2000::/3
  if (first === 0x2001) return second >= 0x200 && second !== 0xdb8; // 2001::/23 is special, 2001:db8::/32 documentation
  return first !== 0x2002 && !(first === 0x3fff && second < 0x1000); // 6to4, documentation
}
