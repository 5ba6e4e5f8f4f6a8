/** Texts made to slow a regular expression down: a beginning, one thing over and over, and an end that does not fit. */
import process from "node:process";

/** One such text, of any length. */
export interface Attack {
  prefix: string;
  pump: string;
  suffix: string;
}

/** What classes of characters have in them, whatever an expression is about. */
const PALETTE = ["a", "A", "0", " ", "-", ".", "/", '"', "\\", "\n", "é"];
const ENDS = ["", "\0"];

/** The text of an attack, `length` long. */
export function textOf({ prefix, pump, suffix }: Attack, length: number): string {
  const room = Math.max(length - prefix.length - suffix.length, 0);
  // Flat, as text from outside is: a rope would be flattened by the expression that is measured.
  return Buffer.from(prefix + pump.repeat(Math.ceil(room / pump.length)).slice(0, room) + suffix).toString();
}

/** What may be slow for `regex`: every one or two of the characters that it tells apart, and its words, repeated. */
export function* attacksOn(regex: RegExp): Generator<Attack> {
  const words = wordsOf(regex.source);
  // Signs of its own first: they are what it is made of. Of letters and digits one stands for all.
  const signs = [...new Set(words.filter((word) => /^[^A-Za-z0-9]$/.test(word)))];
  const letters = [...new Set([...signs, ...PALETTE])].slice(0, 14);
  const longer = words.filter((word) => !signs.includes(word)).slice(0, 8);
  const pumps = new Set([...letters, ...longer]);
  for (const one of letters) for (const other of letters) pumps.add(one + other);
  for (const word of longer) {
    for (const letter of letters.slice(0, 10)) pumps.add(word + letter).add(letter + word);
  }
  for (const pump of pumps) {
    for (const prefix of ["", words[0] ?? ""]) for (const suffix of ENDS) yield { prefix, pump, suffix };
  }
}

/**
 * How long `regex` takes for a text, in milliseconds of the processor: what else the machine does is not counted. Used as
 * the code would: all of it that matches, or whether any does.
 */
export function timeOf(regex: RegExp, text: string): number {
  const before = process.cpuUsage();
  try {
    if (regex.global) text.replaceAll(regex, "");
    else regex.test(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it gives up: too much to remember
    return Infinity;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * The attack that `regex` is slowest at, with its time for a text of the last of `lengths`; stops at the first text that
 * takes longer than `patienceMs`, four times. Lengths rise, so that nothing is begun that would never end.
 */
export function slowestAttack(
  regex: RegExp,
  { lengths, patienceMs }: { lengths: readonly number[]; patienceMs: number },
): { attack: Attack; length: number; ms: number } {
  let slowest = { attack: { prefix: "", pump: "a", suffix: "" }, length: 0, ms: 0 };
  for (const attack of attacksOn(regex)) {
    for (const length of lengths) {
      const text = textOf(attack, length);
      let ms = timeOf(regex, text);
      // The engine may just have compiled something, or collected garbage, on the same account.
      for (let again = 0; ms > patienceMs && again < 3; again++) ms = Math.min(ms, timeOf(regex, text));
      if (ms > patienceMs) return { attack, length, ms };
      if (length === lengths.at(-1) && ms > slowest.ms) slowest = { attack, length, ms };
    }
  }
  return slowest;
}

/** What an expression spells out: runs of letters, digits and escaped signs. */
function wordsOf(source: string): string[] {
  const plain = source.replaceAll(
    /\\[bBdDsSwW]|\\[pP]\{[^}]*\}|\\[xu][\da-fA-F]{2,4}|\(\?<\w+>|\{\d+(?:,\d*)?\}/g,
    " ",
  );
  const words = plain.replaceAll(/\\(.)/g, "$1").match(/[A-Za-z0-9]+|[^\sA-Za-z0-9]/g) ?? [];
  return [...new Set(words)].slice(0, 40);
}
