/** What an operator types to say that they mean so many: the console's `act/number_words.ts`. */
import { assert, test } from "vitest";
import fc from "fast-check";
import { MOST_IN_WORDS, saysNumber, wordsOf } from "./number_words.ts";

const LANGUAGES = ["pt-BR", "en"] as const;
const number = fc.integer({ min: 0, max: MOST_IN_WORDS });
const language = fc.constantFrom(...LANGUAGES);

test("numbers are said as people say them", () => {
  const said: [number, string, string][] = [
    [0, "zero", "zero"],
    [1, "um", "one"],
    [16, "dezesseis", "sixteen"],
    [20, "vinte", "twenty"],
    [21, "vinte e um", "twenty-one"],
    [100, "cem", "one hundred"],
    [101, "cento e um", "one hundred one"],
    [123, "cento e vinte e três", "one hundred twenty-three"],
    [500, "quinhentos", "five hundred"],
    [1000, "mil", "one thousand"],
    [1001, "mil e um", "one thousand one"],
    [1100, "mil e cem", "one thousand one hundred"],
    [1123, "mil cento e vinte e três", "one thousand one hundred twenty-three"],
    [2000, "dois mil", "two thousand"],
    [2200, "dois mil e duzentos", "two thousand two hundred"],
    [20000, "vinte mil", "twenty thousand"],
    [100000, "cem mil", "one hundred thousand"],
    [
      999999,
      "novecentos e noventa e nove mil novecentos e noventa e nove",
      "nine hundred ninety-nine thousand nine hundred ninety-nine",
    ],
  ];
  for (const [value, portuguese, english] of said) {
    assert.strictEqual(wordsOf(value, "pt-BR"), portuguese);
    assert.strictEqual(wordsOf(value, "en"), english);
  }
});

test("no two numbers are said alike", () => {
  for (const language of LANGUAGES) {
    const words = Array.from({ length: 20_001 }, (_, value) => wordsOf(value, language));
    assert.strictEqual(new Set(words).size, words.length);
  }
  fc.assert(fc.property(number, number, language, (one, other, language) => {
    assert.strictEqual(saysNumber(wordsOf(one, language), other), one === other);
  }));
});

test("however a number is typed, it is the one that is meant", () => {
  const typing = fc.constantFrom<(words: string) => string>(
    (words) => words.toUpperCase(),
    (words) => `  ${words.replaceAll(" ", "   ")} `,
    (words) => words.replaceAll("-", " "),
    (words) => words.normalize("NFD").replace(/\p{M}/gu, ""),
    (words) => words.replaceAll(" e ", " "),
    (words) => words.replace(/hundred (?=\w)/g, "hundred and "),
    (words) => words.replaceAll("um", "uma").replaceAll("dois", "duas").replaceAll("entos", "entas"),
    (words) => `${words}.`,
  );
  fc.assert(fc.property(number, language, typing, (value, language, typing) => {
    assert.ok(saysNumber(typing(wordsOf(value, language)), value));
  }));
});

test("nothing, digits, and what is no number at all say nothing", () => {
  fc.assert(fc.property(number, (value) => {
    for (const typed of ["", " ", "e", "and", "-", `${value}`]) assert.ok(!saysNumber(typed, value));
  }));
});

test("what cannot be said is refused", () => {
  for (const value of [-1, 0.5, MOST_IN_WORDS + 1, NaN, Infinity]) {
    assert.throws(() => wordsOf(value, "en"), RangeError);
  }
});
