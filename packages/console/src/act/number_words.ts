/**
 * Whole numbers in words, as somebody types them who means them: `cento e vinte e três`, `one hundred twenty-three`.
 * Whoever types a number in words has read it.
 */
import type { Language } from "../../../../shared/words/labels.ts";

/** No act is on more jobs than this at once (docs/acting.md), and a balance is never asked for. */
export const MOST_IN_WORDS = 999_999;

/** `value`, a whole number from 0 to 999,999, in words. */
export function wordsOf(value: number, language: Language): string {
  if (!Number.isInteger(value) || value < 0 || value > MOST_IN_WORDS) {
    throw new RangeError(`${value} is no whole number from 0 to ${MOST_IN_WORDS}.`);
  }
  return language === "en" ? inEnglish(value) : inPortuguese(value);
}

/** Whether what was typed is that number, in either language: capitals, accents, hyphens and `e` or `and` do not matter. */
export function saysNumber(typed: string, value: number): boolean {
  const said = plain(typed);
  return said !== "" && (said === plain(inPortuguese(value)) || said === plain(inEnglish(value)));
}

/** The same said otherwise. */
const ALIASES: Readonly<Record<string, string>> = { uma: "um", duas: "dois", quatorze: "catorze" };
const JOINING = new Set(["e", "and"]);

function plain(text: string): string {
  const words = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/[^a-z0-9]+/);
  return words
    .filter((word) => word && !JOINING.has(word))
    .map((word) => ALIASES[word] ?? word.replace(/entas$/, "entos"))
    .join(" ");
}

const PT_ONES = [
  "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete",
  "dezoito dezenove",
].join(" ").split(" ");
const PT_TENS = ". . vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split(" ");
const PT_HUNDREDS =
  ". cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos".split(" ");

function inPortuguese(value: number): string {
  const [thousands, rest] = [Math.floor(value / 1000), value % 1000];
  if (thousands === 0) return portugueseHundreds(rest);
  const head = thousands === 1 ? "mil" : `${portugueseHundreds(thousands)} mil`;
  if (rest === 0) return head;
  // "mil e cem", "mil e um", but "mil cento e um".
  return `${head}${rest < 100 || rest % 100 === 0 ? " e " : " "}${portugueseHundreds(rest)}`;
}

function portugueseHundreds(value: number): string {
  if (value < 20) return PT_ONES[value]!;
  if (value === 100) return "cem";
  const [big, rest] = value < 100
    ? [PT_TENS[Math.floor(value / 10)]!, value % 10]
    : [PT_HUNDREDS[Math.floor(value / 100)]!, value % 100];
  return rest === 0 ? big : `${big} e ${portugueseHundreds(rest)}`;
}

const EN_ONES = [
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
  "seventeen eighteen nineteen",
].join(" ").split(" ");
const EN_TENS = ". . twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

function inEnglish(value: number): string {
  if (value < 20) return EN_ONES[value]!;
  if (value < 100) {
    const [tens, rest] = [EN_TENS[Math.floor(value / 10)]!, value % 10];
    return rest === 0 ? tens : `${tens}-${EN_ONES[rest]}`;
  }
  const [unit, name] = value < 1000 ? [100, "hundred"] : [1000, "thousand"];
  const rest = value % unit;
  return `${inEnglish(Math.floor(value / unit))} ${name}${rest === 0 ? "" : ` ${inEnglish(rest)}`}`;
}
