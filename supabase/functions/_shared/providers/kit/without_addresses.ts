/** Addresses within the network, which no user may read: for the words of failures. */

const PORT = "(?::\\d{1,5})?";
const ADDRESSES: readonly RegExp[] = [
  // IPv6 in brackets, IPv4, and IPv6 bare, in full or shortened (RFC 4291 §2.2).
  new RegExp(`\\[[0-9a-f:.]{2,45}(?:%\\w{1,15})?\\]${PORT}`, "gi"),
  new RegExp(`(?<![\\w.])(?:\\d{1,3}\\.){3}\\d{1,3}${PORT}(?![\\w.]*\\w)`, "g"),
  /(?<![\w:.])(?=[0-9a-f:.]{2,45}(?![\w:.]))(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|[0-9a-f:]{0,39}::[0-9a-f:.]{0,39})/gi,
  // Names that mean something within a network alone (RFC 6761, RFC 6762, and .internal).
  new RegExp(
    `(?<![\\w.-])(?:localhost|(?:[\\w-]{1,63}\\.){1,8}(?:localhost|internal|local))${PORT}(?![\\w-])`,
    "gi",
  ),
];

/** `text` with `[address]` in the place of every address within a network, and of `baseUrl` and its host, if there is one. */
export function withoutAddresses(text: string, baseUrl?: string): string {
  const own = baseUrl !== undefined && /^https?:/i.test(baseUrl) && URL.canParse(baseUrl)
    ? [baseUrl.replace(/\/+$/, ""), new URL(baseUrl).host]
    : [];
  const known = own.reduce((text, name) => text.replaceAll(name, "[address]"), text);
  return ADDRESSES.reduce((text, address) => text.replaceAll(address, "[address]"), known);
}
