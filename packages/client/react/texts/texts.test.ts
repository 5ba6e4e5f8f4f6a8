import { expect, test } from "vitest";
import { LANGUAGES } from "../../../../shared/words/labels.ts";
import { aJob } from "../jobs_fixture.ts";
import { errorWords, failureWords } from "./error_words.ts";
import { typeNames } from "./file_types.ts";
import { bytesIn, durationIn, momentIn } from "./numbers.ts";
import { stepPhrase } from "./step_phrase.ts";
import { REFUSALS } from "./texts.ts";
import { textsIn } from "./texts_in.ts";

/** All paths to a text. */
function paths(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, `${path}.${key}`)).sort();
}

test("every language says all that the others say", () => {
  const [first, ...others] = LANGUAGES.map((language) => paths(textsIn(language)));
  for (const other of others) expect(other).toEqual(first);
  expect(Object.keys(textsIn("en").refusals).sort()).toEqual([...REFUSALS].sort());
});

test("no text is empty, and none is left in the other language", () => {
  const [pt, en] = [JSON.stringify(textsIn("pt-BR")), JSON.stringify(textsIn("en"))];
  expect([pt, en].filter((texts) => texts.includes('""'))).toEqual([]);
  expect(en).not.toMatch(/[ãçõéí]/);
});

// @acceptance 004:229-240, 004:277-286, 004:334-341
test("the words of document 004", () => {
  const { step, toasts } = textsIn("pt-BR");
  expect(step.position(2, true)).toBe("Posição: #2");
  expect(step.highDemand).toBe("Fila com alta demanda, já já!");
  expect(step.failedAt(stepPhrase("running", "pt-BR"))).toBe("Falhou em: Processando com IA");
  expect(step.percent(45, true)).toBe("≈ 45%");
  expect(toasts.failed("Processando com IA", "x")).toBe('Erro em "Processando com IA": x');
});

test("a failed job's error: said, then what it means; where nothing was said, what it means", () => {
  const texts = textsIn("en");
  const failed = { status: "failed", current_step: "failed" } as const;
  const words = (change: Parameters<typeof aJob>[0]) =>
    failureWords(aJob({ ...failed, ...change }), texts, "en");
  expect(words({ error_code: "1501", error_message: "unsafe" })).toEqual({
    said: "unsafe",
    meaning: "The provider's rules do not allow this content. Change the text or the image.",
  });
  expect(words({ error_code: "expired" })).toEqual({
    said: "It waited too long for its turn.",
    meaning: null,
  });
  expect(words({ error_code: "odd" })).toEqual({ said: "odd", meaning: null });
  expect(words({})).toEqual({ said: "Failed", meaning: null });
  expect(failureWords(aJob(), texts, "en")).toBeNull();
});

test("a refusal is told in words where they are known, else as it came", () => {
  const texts = textsIn("pt-BR");
  expect(errorWords(Object.assign(new Error("x"), { code: "insufficient_credits" }), texts)).toBe(
    "Créditos insuficientes.",
  );
  expect(errorWords(Object.assign(new Error("said so"), { code: "constructor" }), texts)).toBe("said so");
  expect(errorWords("odd", texts)).toBe("Não deu certo");
});

test("sizes, spans and moments are written as the language writes them", () => {
  expect(["pt-BR", "en"].map((language) => bytesIn(language as "en", 4_500_000))).toEqual([
    "4,5 MB",
    "4.5 MB",
  ]);
  expect([0, 340, 12_300, 64_000, 3_599_600, 7_800_000].map((ms) => durationIn("pt-BR", ms))).toEqual(
    ["0 s", "0,3 s", "12 s", "1 min 04 s", "1 h 00 min", "2 h 10 min"],
  );
  expect(momentIn("en", "no time")).toBeNull();
  expect(typeNames(["image/png", "image/jpeg", "video/quicktime", "odd"])).toBe("PNG, JPEG, MOV, odd");
});
