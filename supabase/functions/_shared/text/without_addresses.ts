/** Takes machines' addresses out of what a user will read: where our parts stand is nobody's business but ours. */
import { isIP } from "node:net";

const GONE = "[address]";
const LONGEST_MESSAGE = 10_000;
// As in texts, in JSON with escaped slashes, and in a query. A scheme's length is bounded, so that no text takes long.
const URLS = /[a-z][a-z0-9+.-]{0,30}(?::|%3a)(?:\\?\/|%2f){2}[^\s"'`<>)]*/gi;
const WORDS = /[\p{L}\p{N}_.:%-]+/gu;
const MOST_PARTS = 12;
const SIGNS = ".%-";

const LABEL = String.raw`[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,62})`;
const NAME = new RegExp(String.raw`^${LABEL}(?:\.${LABEL}){0,20}$`, "u");
// What ends the names of machines. Two-letter domains that are also file types or members of objects are left out.
const TOP_LEVEL = new Set(
  ("internal local localdomain localhost lan intranet corp home private svc cluster consul arpa test example invalid " +
    "onion com net org edu gov io ai dev app cloud co tv eu br cn hk tw jp kr sg de uk fr es it nl ch se us ca au mx ru")
    .split(" "),
);
// What comes before a number in the words of providers: `width:1024` is no machine.
const MEASURES = new Set(
  ("at batch batch_size bytes characters code col column cost count duration errno error exit fps frames height http id " +
    "index layer length level line max min ms node pages port position priority progress px quality retry row scale seed " +
    "seconds size status step steps timeout token tokens value version width").split(" "),
);

/** `text` in which each URL, IP address, name of a machine and `machine:port` is `[address]`. At most 10,000 characters. */
export function withoutAddresses(text: string): string {
  return text.slice(0, LONGEST_MESSAGE).toWellFormed().replace(URLS, GONE).replace(WORDS, cleanWord);
}

/** A word whose parts between colons, alone or together, are an address: `to:10.0.0.1:80`, `fe80::1`, `kong:8000`. */
function cleanWord(word: string): string {
  const parts = word.split(":");
  const longest = Math.min(parts.length, MOST_PARTS);
  const cleaned: string[] = [];
  for (let from = 0; from < parts.length;) {
    let to = Math.min(from + longest, parts.length);
    while (to > from && !isAddress(parts.slice(from, to).join(":"))) to--;
    cleaned.push(to > from ? GONE : parts[from] ?? "");
    from = Math.max(to, from + 1);
  }
  return cleaned.join(":");
}

function isAddress(word: string): boolean {
  const bare = withoutSigns(word);
  if (isIP(bare)) return bare !== "::";
  const [, host = bare, port] = bare.match(/^(.+):(\d{2,5})$/) ?? [];
  if (isIP(host) === 4) return true;
  if (!NAME.test(host)) return false;
  const labels = host.toLowerCase().split(".");
  const last = labels.at(-1) ?? "";
  if (labels.length > 1) return TOP_LEVEL.has(last) || (port !== undefined && /\p{L}/u.test(last));
  return last === "localhost" || /^ip(-\d{1,3}){4}$/.test(last) ||
    (port !== undefined && Number(port) <= 65_535 && /\p{L}/u.test(last) && !MEASURES.has(last));
}

/** Without the signs around it that are no part of an address. */
function withoutSigns(word: string): string {
  let [from, to] = [0, word.length];
  while (from < to && SIGNS.includes(word[from] ?? "")) from++;
  while (to > from && SIGNS.includes(word[to - 1] ?? "")) to--;
  return word.slice(from, to);
}
