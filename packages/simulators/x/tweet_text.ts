/** What X makes of a post's text: how long it is, and how it reads afterwards. */

const LINK = /https?:\/\/[^\s]+/g;
const CASHTAG = /(?<![A-Za-z0-9_$])\$[A-Za-z]{1,6}(?![A-Za-z])/g;
/** Every link counts as much as one of X's own. */
const LINK_WEIGHT = 23;
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|⃣/u;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The length by X's weights: links 23, an emoji 2, Latin and its like 1, all else 2. */
export function weightedLength(text: string): number {
  const composed = text.normalize("NFC");
  const links = composed.match(LINK)?.length ?? 0;
  let weight = links * LINK_WEIGHT;
  for (const { segment } of graphemes.segment(composed.replaceAll(LINK, ""))) {
    if (EMOJI.test(segment)) weight += 2;
    else for (const sign of segment) weight += isLight(sign.codePointAt(0) ?? 0) ? 1 : 2;
  }
  return weight;
}

function isLight(code: number): boolean {
  return code <= 4351 || (code >= 8192 && code <= 8205) || (code >= 8208 && code <= 8223) ||
    (code >= 8242 && code <= 8247);
}

/** How many cashtags are in it; self-serve apps may have one. */
export function cashtags(text: string): number {
  return text.match(CASHTAG)?.length ?? 0;
}

/** A post's text as reads give it, and what was shortened in it. */
export interface ReadText {
  readonly text: string;
  readonly urls: readonly { url: string; expanded_url: string; display_url: string; media_key?: string }[];
}

/** Links become X's own, `&`, `<` and `>` are escaped, and media follow as one more link. */
export function readText(id: string, permalink: string, text: string, hasMedia: boolean): ReadText {
  const urls: ReadText["urls"][number][] = [];
  const shorten = (url: string): string => {
    const short = `https://t.co/${BigInt(id).toString(36).slice(-8)}${String(urls.length).padStart(2, "0")}`;
    urls.push({ url: short, expanded_url: url, display_url: url.replace(/^https?:\/\//, "").slice(0, 27) });
    return short;
  };
  const escaped = (piece: string) =>
    piece.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  let read = "";
  let at = 0;
  for (const link of text.matchAll(LINK)) {
    read += escaped(text.slice(at, link.index)) + shorten(link[0]);
    at = link.index + link[0].length;
  }
  read += escaped(text.slice(at));
  if (hasMedia) read = `${read}${read === "" ? "" : " "}${shorten(`${permalink}/photo/1`)}`;
  return { text: read, urls };
}
