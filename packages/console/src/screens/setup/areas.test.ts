import { assert, test } from "vitest";
import type { LineVerdict, SetupLine } from "./answers.ts";
import { areasOf } from "./areas.ts";

let lines = 0;
const line = (area: string, name: string, verdict: LineVerdict): SetupLine => (
  { line: ++lines, area, name, verdict, detail: "", repair: null }
);

test("lines stand with those of their area, what is wrong first, else as they came", () => {
  const areas = areasOf([
    line("database", "PostgreSQL", "ok"),
    line("secrets", "project_url", "ok"),
    line("secrets", "alert_webhook_url", "warn"),
    line("secrets", "worker_secret_key", "error"),
    line("functions", "jobs", "asked"),
    line("functions", "models", "ok"),
    line("secrets", "last", "ok"),
  ]);
  assert.deepEqual(areas.map(({ area, wrong }) => [area, wrong]), [["database", 0], ["secrets", 2], [
    "functions",
    0,
  ]]);
  assert.deepEqual(areas[1]?.lines.map(({ name }) => name), [
    "worker_secret_key",
    "alert_webhook_url",
    "project_url",
    "last",
  ]);
  assert.deepEqual(areas[2]?.lines.map(({ name }) => name), ["jobs", "models"]);
});
