import { assert, test } from "vitest";
import type { Rule } from "./answers.ts";
import { changesOf, formOf, problemsOf } from "./rule_form.ts";

const rule: Rule = {
  name: "Many attempts fail",
  count_name: "attempts in a thousand that fail",
  threshold: 500,
  close_below: 250,
  is_enabled: true,
  look_back_ms: 900_000,
  opens_after_ms: 300_000,
  closes_after_ms: 90_000,
  is_shipped: true,
  is_changed: false,
  count: null,
  subject: null,
  above_ms: null,
  open_alert: null,
  opened_in_a_week: 0,
};

test("a rule that is shown and saved as it is changes nothing", () => {
  assert.deepEqual(formOf(rule), {
    isEnabled: true,
    threshold: "500",
    closeBelow: "250",
    lookBack: "15",
    opensAfter: "5",
    closesAfter: "1.5",
  });
  assert.deepEqual(changesOf(rule, formOf(rule)), {});
  assert.deepEqual(problemsOf(formOf(rule)), {});
});

test("only what was changed is sent, in the units of the database", () => {
  const form = { ...formOf(rule), isEnabled: false, threshold: " 700 ", closeBelow: "", closesAfter: "0,5" };
  assert.deepEqual(problemsOf(form), {});
  assert.deepEqual(changesOf(rule, form), {
    is_enabled: false,
    threshold: 700,
    close_below: null,
    closes_after_ms: 30_000,
  });
});

test("what the database would refuse is told beside its field", () => {
  const form = formOf(rule);
  for (const threshold of ["", "0", "-1", "1.5", "1e3", "abc", "1".repeat(13)]) {
    assert.deepEqual(
      problemsOf({ ...form, threshold, closeBelow: "" }),
      { threshold: "notWhole" },
      threshold,
    );
  }
  assert.deepEqual(problemsOf({ ...form, closeBelow: "501" }), { closeBelow: "tooHigh" });
  assert.deepEqual(problemsOf({ ...form, closeBelow: "x" }), { closeBelow: "notWhole" });
  assert.deepEqual(problemsOf({ ...form, lookBack: "0", opensAfter: "", closesAfter: "-1" }), {
    lookBack: "notPositive",
    opensAfter: "notMinutes",
    closesAfter: "notMinutes",
  });
});
