import assert from "node:assert/strict";
import { logError, logJob } from "./log.ts";
import { recordLogs } from "./fake_runtime.ts";

const logs = recordLogs();

// @acceptance 004:125, 004:321, 004:395, 004:407
Deno.test("a job's line begins as a search for the job expects, its details are JSON on the same line", () => {
  logs.length = 0;
  logJob("0199d2c4", "running", { taskId: "1904163390028185602", note: "two\nlines" });
  logJob("0199d2c4", "completed");
  assert.deepEqual(logs, [
    '[jobs] Job 0199d2c4: running {"taskId":"1904163390028185602","note":"two\\nlines"}',
    "[jobs] Job 0199d2c4: completed {}",
  ]);
});

Deno.test("an error's line holds its name, its message and the details, whatever was thrown", () => {
  logs.length = 0;
  logError("settle", new TypeError("no\nway"), { job: "0199d2c4" });
  logError("settle", "just text");
  assert.deepEqual(logs, [
    '[settle] {"name":"TypeError","message":"no\\nway","job":"0199d2c4"}',
    '[settle] {"message":"just text"}',
  ]);
});

Deno.test("an error is logged with a cause that was written for the log, and no other: it may hold an address with its token", () => {
  logs.length = 0;
  logError("submit", new Error("unreachable", { cause: "dns: no-such-host" }), { job: "1" });
  logError("submit", new Error("plain", { cause: new Error("https://a.example/?token=secret") }));
  assert.deepEqual(logs, [
    '[submit] {"name":"Error","message":"unreachable","cause":"dns: no-such-host","job":"1"}',
    '[submit] {"name":"Error","message":"plain"}',
  ]);
});

// @acceptance 004:125, 004:407
Deno.test("lines are text, JSON or both, as the environment says", () => {
  const written = (forms: string) => {
    logs.length = 0;
    Deno.env.set("ESTEIRA_LOGS", forms);
    logJob("1", "running", { taskId: "7" });
    logError("settle", new TypeError("no way"), { job: "1" });
    Deno.env.delete("ESTEIRA_LOGS");
    return logs.map((line) => line.startsWith("{") ? { ...JSON.parse(line), at: "now" } : line);
  };
  const text = [
    '[jobs] Job 1: running {"taskId":"7"}',
    '[settle] {"name":"TypeError","message":"no way","job":"1"}',
  ];
  const [running, failed] = [
    { at: "now", level: "info", table: "jobs", job: "1", step: "running", details: { taskId: "7" } },
    {
      at: "now",
      level: "error",
      where: "settle",
      error: { name: "TypeError", message: "no way" },
      details: { job: "1" },
    },
  ];
  assert.deepEqual(written(""), text);
  assert.deepEqual(written("documents"), text);
  assert.deepEqual(written("json"), [running, failed]);
  assert.deepEqual(written("text, json"), [text[0], running, text[1], failed]);
});
