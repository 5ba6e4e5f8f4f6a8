/** What stands in no schema: texts, values and bodies that have broken servers. */
import type { Chance } from "./chance.ts";

export const NUL = "a\0b";
export const HALF_A_PAIR = "x\ud800";
const nested = (depth: number, open = '{"a":', close = "}") => open.repeat(depth) + "1" + close.repeat(depth);

export const TEXTS: readonly string[] = [
  ...["", " ", "\0", NUL, HALF_A_PAIR, "\udc00y", "\ufeff", "\u202e", "é😀", "\r\n", "\x1b[2J", "\x7f"],
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "null",
    "undefined",
    "true",
    "[object Object]",
  ],
  ...[
    "..",
    "../..",
    "../../rest/v1/jobs",
    "a/../b",
    "a/./b",
    "//",
    "?",
    "#",
    "%",
    "%00",
    "%2e%2e",
    "%E0%A4%A",
    "+",
  ],
  ...["1e999", "-1e999", "NaN", "Infinity", "-0", "0x10", "1_000", "9".repeat(400), "-1", "1.5", "١٢٣"],
  ...[
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "2030-01-01T00:00:00+23:59",
    "2030-02-30T00:00:00Z",
    "now",
  ],
  ...[
    "1969-12-31T23:59:59+23:00",
    "2030-01-01",
    "2030-01-01T24:00:00Z",
    "+010000-01-01T00:00:00Z",
    "infinity",
  ],
  ...["' or 1=1 --", "\\", '"', "{}", "(1,2)", "{a,b}", "<script>", "${jndi:ldap://x}", "eq.1", "in.(1)"],
  ...["eyJ-".repeat(500), "x".repeat(5000), "x".repeat(70_000), "é".repeat(5000), "[".repeat(3000)],
];
/** As JSON writes them: some are numbers that JavaScript would write otherwise. */
const RAW_VALUES: readonly string[] = [
  ...[
    "1e999",
    "-1e999",
    "1e308",
    "123456789012345678901234567890",
    "0.1e-400",
    "-0",
    "1.5",
    "-32769",
    "9007199254740993",
  ],
  ...[
    "null",
    "true",
    "[]",
    "{}",
    "[[]]",
    '{"length":1}',
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":1}}',
  ],
  ...[nested(99), nested(150), nested(4000), nested(4000, "[", "]"), "[" + "0,".repeat(20_000) + "0]"],
];
const PARTS = [
  "%00",
  "%E0%A4%A",
  "%2F",
  "%2e%2e",
  "%ff%fe",
  "%",
  "+",
  "%F0%9F%98%80",
  "a%00b",
  "%C0%80",
  "%0d%0a",
  ".",
];

/** A text that is seldom a good one. */
export function oddText(chance: Chance): string {
  if (!chance.oneIn(4)) return chance.pick(TEXTS);
  return String.fromCharCode(
    ...Array.from({ length: chance.integer(1, 12) }, () => chance.integer(0, 0xffff)),
  );
}

/** A part of an address, encoded or as no library would write it. */
export function oddPart(chance: Chance): string {
  if (chance.oneIn(4)) return chance.pick(PARTS);
  return encodeURIComponent(oddText(chance).toWellFormed()).slice(0, 6000);
}

/** An odd value as JSON. */
function oddJson(chance: Chance): string {
  return chance.oneIn(2) ? chance.pick(RAW_VALUES) : JSON.stringify(oddText(chance));
}

/** Where odd values go: no text of a body is this. */
const MARK = "\u0001here\u0001";
const MARKED = new RegExp(JSON.stringify(MARK).replaceAll("\\", "\\\\"), "g");

/** The body as JSON, with something odd in one place or two. */
export function oddBody(body: unknown, chance: Chance): string {
  let changed: unknown = structuredClone(body);
  for (let times = chance.integer(1, 2); times > 0; times--) changed = withMark(changed, chance);
  return JSON.stringify(changed).replace(MARKED, () => oddJson(chance));
}

/** `value` with a mark in place of something in it, as a field more, or with a field less. */
function withMark(value: unknown, chance: Chance): unknown {
  if (typeof value !== "object" || value === null || chance.oneIn(12)) return MARK;
  const keys = Object.keys(value);
  const made: Record<string, unknown> = value as Record<string, unknown>;
  if (!Array.isArray(value) && chance.oneIn(4)) {
    Object.defineProperty(made, oddText(chance), {
      value: MARK,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return made;
  }
  if (keys.length === 0) return MARK;
  const key = chance.pick(keys);
  if (chance.oneIn(8)) delete made[key];
  else made[key] = withMark(made[key], chance);
  return made;
}

/** A body that is none, or not JSON. */
export function brokenBody(json: string, chance: Chance): string | Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(json);
  switch (chance.integer(0, 8)) {
    case 0:
      return json.slice(0, chance.integer(0, json.length));
    case 1:
      return json + chance.pick(["}", "{}", "\0", ",", "x"]);
    case 2:
      bytes[chance.integer(0, bytes.length - 1)] = chance.integer(0x80, 0xff); // no UTF-8
      return bytes;
    case 3:
      return `\ufeff${json}`;
    case 4:
      return nested(50_000, "[", "]");
    case 5:
      return '"' + '\\"'.repeat(300_000);
    case 6:
      return `{"a":"${"x".repeat(1_100_000)}"}`;
    case 7:
      return chance.pick([
        "",
        "null",
        "[]",
        "0",
        "1e999",
        '""',
        '"\\u0000"',
        "\0",
        "NaN",
        "{}",
        "{",
        "\u00ff",
      ]);
    default:
      return json.replace("{", '{"a":1,"a":2,');
  }
}
