/**
 * The addresses that X sees in a text, each of which it replaces by one of its own. As its open-source counter reads them:
 * after `http://` or `https://` whatever is a host with a dot and a last name of letters; without that, a host in Latin
 * letters that ends in a name known for one (docs/platforms/x.md#how-long-a-post-is). One pass, no backtracking.
 */
import { isTopLevelDomain } from "./x_top_level_domains.ts";

/** An address in a text: from one place to another, the latter not included, in UTF-16 units. */
export interface TextUrl {
  start: number;
  end: number;
  url: string;
}

/** Longer ones X takes for text. */
const LONGEST_URL = 4096;
const LONGEST_LABEL = 63;

const SCHEME = /https?:\/\//gi;
// Of any alphabet, and symbols; no punctuation or spaces.
const HOST_CHARACTERS = /(?:[^\p{P}\p{Z}\p{C}$+<=>^`|~]|[._-])+/uy;
const LATIN_RUN = /[a-z0-9\u00c0-\u024f.-]+/gi;
// X's own short addresses have a name of letters and digits, and nothing behind it but a query.
const SHORT = /^https?:\/\/t\.co\/([a-z0-9]+)/i;
const LONGEST_SHORT_NAME = 40;
const PORT = /:\d{1,5}/y;
const PATH_CHARACTER = /[a-z0-9\u00c0-\u024f\u0400-\u04ff!*';:=+,.$/%#[\]\u2013_~@|&()-]/i;
const PATH_END = /[a-z0-9\u00c0-\u024f\u0400-\u04ff=_#/+)-]/i;
const QUERY_CHARACTER = /[a-z0-9!?*'@();:&=+$/%#[\]_.,~|-]/i;
const QUERY_END = /[a-z0-9_&=#/-]/i;

/** All addresses of a text, in its order. */
export function xUrlsIn(text: string): TextUrl[] {
  const urls: TextUrl[] = [];
  for (const { index, 0: scheme } of text.matchAll(SCHEME)) {
    const isInside = index < (urls.at(-1)?.end ?? 0);
    if (isInside || /[a-z0-9@＠$#＃]/i.test(text[index - 1] ?? "")) continue;
    const end = endOfHost(text, index + scheme.length);
    if (end !== null) add(urls, text, index, end);
  }
  return [...urls, ...bareUrls(text, urls)].sort((a, b) => a.start - b.start);
}

/** Those without `http://`, outside of the others. */
function bareUrls(text: string, others: readonly TextUrl[]): TextUrl[] {
  const urls: TextUrl[] = [];
  let next = 0;
  for (const { index, 0: run } of text.matchAll(LATIN_RUN)) {
    while ((others[next]?.end ?? Infinity) <= index) next++;
    const isInside = index < (urls.at(-1)?.end ?? 0) ||
      index + run.length > (others[next]?.start ?? Infinity);
    if (isInside || /[a-z0-9@＠$#＃_/]/i.test(text[index - 1] ?? "")) continue;
    const host = bareHost(run);
    if (host === null || /[@+_]/.test(text[index + host.end] ?? "")) continue;
    add(urls, text, index + host.start, index + host.end);
  }
  return urls;
}

function add(urls: TextUrl[], text: string, start: number, endOfHost: number): void {
  const end = endOfQuery(text, endOfPath(text, endOfPort(text, endOfHost)));
  if (end - start > LONGEST_URL) return;
  const url = text.slice(start, end);
  const short = SHORT.exec(url);
  if (!short) return void urls.push({ start, end, url });
  const [kept, name = ""] = short;
  const shortEnd = endOfQuery(text, start + kept.length);
  if (name.length <= LONGEST_SHORT_NAME) {
    urls.push({ start, end: shortEnd, url: text.slice(start, shortEnd) });
  }
}

/** Where the host that begins here ends: behind the last name that is known for one, or the last of all; null: there is none. */
function endOfHost(text: string, at: number): number | null {
  HOST_CHARACTERS.lastIndex = at;
  const run = HOST_CHARACTERS.exec(text)?.[0] ?? "";
  if (run.length > LONGEST_URL) return null;
  const labels = run.split(".");
  const ends = labels.map((label) => knownEnd(label) ?? "");
  const last = labels.length - 1;
  let of = ends.findLastIndex((end, index) => index > 0 && end !== "");
  if (of === -1 && /^[a-z]{2,63}$/i.test(labels[last] ?? "")) {
    of = last;
    ends[last] = labels[last] ?? "";
  }
  const names = labels.slice(0, of);
  if (of < 1 || !names.every(isLabel) || names.at(-1)?.includes("_")) return null;
  return at + [...names, ends[of]].join(".").length;
}

/** The top-level domain that a label is, or begins with where another alphabet goes on. */
function knownEnd(label: string): string | null {
  if (isTopLevelDomain(label.toLowerCase())) return label;
  const latin = /^[a-z]{2,63}(?![a-z0-9_-])/i.exec(label)?.[0];
  return latin !== undefined && isTopLevelDomain(latin.toLowerCase()) ? latin : null;
}

/** The host in a run of Latin letters, digits, dots and hyphens; null: there is none. */
function bareHost(run: string): { start: number; end: number } | null {
  if (!run.includes(".") || run.length > LONGEST_URL) return null;
  const labels = run.split(".");
  for (let count = labels.length; count > 1; count--) {
    if (!isTopLevelDomain((labels[count - 1] ?? "").toLowerCase())) continue;
    // What stands before two dots is not of the host.
    const from = labels.slice(0, count - 1).findLastIndex((label) => !isLabel(label)) + 1;
    if (from >= count - 1 || from > 0 && labels[from - 1] !== "") continue;
    const start = labels.slice(0, from).reduce((sum, label) => sum + label.length + 1, 0);
    return { start, end: labels.slice(0, count).join(".").length };
  }
  return null;
}

function isLabel(label: string): boolean {
  if (label === "" || label.length > 2 * LONGEST_LABEL || /^[-_]|[-_]$/.test(label)) return false;
  return /^[\x21-\x7e]*$/.test(label)
    ? label.length <= LONGEST_LABEL
    : punycodeLength(label) <= LONGEST_LABEL;
}

/** How long a label is in ASCII, as the URL of the runtime writes it; endless where that takes none. */
function punycodeLength(label: string): number {
  const address = `http://${label}.com`;
  return URL.canParse(address) ? new URL(address).hostname.length - ".com".length : Infinity;
}

function endOfPort(text: string, at: number): number {
  PORT.lastIndex = at;
  return at + (PORT.exec(text)?.[0].length ?? 0);
}

/** A path ends before what is the sentence's rather than its own, such as a full stop or an unopened bracket. */
function endOfPath(text: string, at: number): number {
  if (text[at] !== "/") return at;
  let depth = 0;
  let good = at + 1;
  for (let end = at + 1; end - at < LONGEST_URL && PATH_CHARACTER.test(text[end] ?? ""); end++) {
    // Brackets within brackets are an address's still, those within these are not.
    if (text[end] === "(" && ++depth > 2) break;
    if (text[end] === ")" && --depth < 0) break;
    if (depth === 0 && PATH_END.test(text[end] ?? "")) good = end + 1;
  }
  return good;
}

function endOfQuery(text: string, at: number): number {
  if (text[at] !== "?") return at;
  let good = at;
  for (let end = at + 1; end - at < LONGEST_URL && QUERY_CHARACTER.test(text[end] ?? ""); end++) {
    if (QUERY_END.test(text[end] ?? "")) good = end + 1;
  }
  return good;
}
