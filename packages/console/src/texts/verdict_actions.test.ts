import { expect, test } from "vitest";
import { VERDICT_CODES } from "../../../../shared/words/verdict_codes.ts";
import { ACTIONS_IN_PORTUGUESE, verdictAction } from "./verdict_actions.ts";

const SOURCES: Record<string, string> = import.meta.glob(
  [
    "../../../../supabase/schemas/verdicts/*_words.sql",
    "../../../../supabase/schemas/verdicts/28_pauses.sql",
  ],
  { query: "?raw", import: "default", eager: true },
);

/** In the SQL: ('code', place, 'level', 'who clears it', and then the action as a text, or null. */
const HEAD = /\(\s*'([a-z_]+)',\s*\d+,\s*'[a-z]+',\s*'[a-z_]+',\s*('|null)/g;

test("each action that SQL has is told in Portuguese, and no other", () => {
  const words = Object.values(SOURCES).flatMap((sql) => [...sql.matchAll(HEAD)]);
  expect(words.map(([, code]) => code).toSorted()).toEqual([...VERDICT_CODES].toSorted());
  const actions = words.flatMap(([, code, begin]) => begin === "'" ? code ?? [] : []);
  expect(Object.keys(ACTIONS_IN_PORTUGUESE).toSorted()).toEqual(actions.toSorted());
});

test("what is not known in Portuguese is told in English, and says so", () => {
  const word = { code: "of_another_version", action: "Look at it." };
  expect(verdictAction(word, "pt-BR")).toEqual({ text: "Look at it.", language: "en" });
  expect(verdictAction({ code: "lane_paused", action: "Resume it." }, "en").text).toBe("Resume it.");
});
