/** Words that code, database and screen have to share: statuses, steps, labels, topics. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Constants } from "../database.types.ts";
import { CREDIT_KINDS } from "../requests/lists.ts";
import { LANGUAGES, STEP_LABELS, stepLabel } from "./labels.ts";
import { isTerminal, JOB_REFUNDS, JOB_STATUSES, TERMINAL_STATUSES } from "./statuses.ts";
import { JOB_STEPS } from "./steps.ts";
import { jobsTopic, laneTopic, OPS_TOPIC, projectTopic } from "./topics.ts";

Deno.test("statuses, steps and refunds are the words of the database, in its order", () => {
  assert.deepEqual(JOB_STATUSES, Constants.public.Enums.job_status);
  assert.deepEqual(JOB_STEPS, Constants.public.Enums.job_step);
  assert.deepEqual(JOB_REFUNDS, Constants.public.Enums.job_refund);
});

Deno.test("kinds of credit entries are the words of the database", () => {
  assert.deepEqual(CREDIT_KINDS, Constants.public.Enums.credit_kind);
});

Deno.test("completed, failed and cancelled are final, and nothing else is", () => {
  assert.deepEqual(JOB_STATUSES.filter(isTerminal), ["completed", "failed", "cancelled"]);
  assert.deepEqual(TERMINAL_STATUSES, ["completed", "failed", "cancelled"]);
});

Deno.test("every step has a label in every language, and no two steps of a language share one", () => {
  for (const language of LANGUAGES) {
    const labels = JOB_STEPS.map((step) => stepLabel(step, language));
    for (const [index, label] of labels.entries()) {
      assert.ok(label.trim().length > 0 && label !== JOB_STEPS[index], `${language}: ${JOB_STEPS[index]}`);
    }
    assert.equal(new Set(labels).size, labels.length);
    assert.deepEqual(Object.keys(STEP_LABELS[language]).toSorted(), [...JOB_STEPS].toSorted());
  }
});

Deno.test("labels are in Portuguese unless another language is asked for", () => {
  assert.equal(stepLabel("queued"), "Aguardando na fila");
  assert.equal(stepLabel("queued", "en"), "Waiting in the queue");
});

Deno.test("a step that this version does not know is shown as it is", () => {
  const known: readonly string[] = JOB_STEPS;
  const unknown = fc.oneof(fc.string(), fc.constantFrom("constructor", "toString", "__proto__", "valueOf"))
    .filter((step) => !known.includes(step));
  fc.assert(fc.property(unknown, fc.constantFrom(...LANGUAGES), (step, language) => {
    assert.equal(stepLabel(step, language), step);
  }));
});

Deno.test("topics are named as the database's policies expect", () => {
  assert.equal(
    jobsTopic("3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"),
    "jobs:3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
  );
  assert.equal(
    projectTopic("3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"),
    "project:3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
  );
  assert.equal(laneTopic("runninghub"), "lane:runninghub");
  assert.equal(OPS_TOPIC, "ops");
});
