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

/** What an expression was tried with. */
export interface Tried {
  /** The attack that it is slowest at. */
  attack: Attack;
  /** Whether it takes longer than in proportion to the text. */
  isSlow: boolean;
}

/**
 * Attacks `regex` with texts of `lengths`, shortest first, so that nothing is begun that would never end. A short one may
 * not take longer than `patienceMs`. The last, if it takes a third of that, is tried four and sixteen times as long: a
 * square then takes many times what may be, whatever else the machine does.
 */
export function tryAttacks(
  regex: RegExp,
  { lengths, patienceMs }: { lengths: readonly number[]; patienceMs: number },
): Tried {
  const longest = Math.max(...lengths);
  let slowest = { attack: { prefix: "", pump: "a", suffix: "" }, ms: 0 };
  for (const attack of attacksOn(regex)) {
    for (const length of lengths) {
      const ms = leastTimeOf(regex, textOf(attack, length), patienceMs / 3);
      if (ms > patienceMs && length < longest) return { attack, isSlow: true };
      if (length < longest) continue;
      if (ms > patienceMs / 3 && growsTooFast(regex, attack, length, patienceMs)) {
        return { attack, isSlow: true };
      }
      if (ms > slowest.ms) slowest = { attack, ms };
    }
  }
  return { attack: slowest.attack, isSlow: false };
}

/** Whether a text four or sixteen times as long takes more than twice as many times `ms`. */
function growsTooFast(regex: RegExp, attack: Attack, length: number, ms: number): boolean {
  return [4, 16].some((times) => {
    const most = 2 * times * ms;
    return leastTimeOf(regex, textOf(attack, times * length), most) > most;
  });
}

/**
 * The least of a few times, where the first is above `ms`: an expression is compiled when it is first used, and once more
 * for what is used often, and garbage is collected on the same account.
 */
function leastTimeOf(regex: RegExp, text: string, ms: number): number {
  let least = timeOf(regex, text);
  for (let again = 0; least > ms && again < (least < 10 * ms ? 4 : 2); again++) {
    least = Math.min(least, timeOf(regex, text));
  }
  return least;
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
