/** Starting a training on Astria: what is sent, and what an answer has to say to be a success (astria.md#submit). */
import assert from "node:assert/strict";
import { jsonOf, nobodysUrl, rudeServer } from "../../runtime/fake_runtime.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { astria } from "./astria.ts";
import { ASTRIA_KEY, fakeAstria, PICTURES, TITLE, trainingFor, TUNE_ID, tuneWith } from "./fake_astria.ts";
import { ProviderError } from "../provider.ts";

const CALLBACK =
  "https://abc.supabase.co/functions/v1/astria-webhook/job/8d1c6f2e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
const CONTEXT = { callbackUrl: CALLBACK, files: { images: PICTURES } };
/** Whether an error is a ProviderError about which `expected` is true. */
const failed = (expected: Partial<ProviderError["failure"]>, isAmbiguous = false) => (error: unknown) => {
  assert.ok(error instanceof ProviderError, String(error));
  assert.deepEqual({ ...error.failure, ...expected }, error.failure);
  assert.equal(error.isAmbiguous, isAmbiguous);
  return true;
};
const created = (tune = tuneWith()) => Response.json(tune, { status: 201 });

Deno.test("a submit sends the tune with job and attempt for its title, the pictures' addresses and the callback", async () => {
  await using server = fakeAstria();
  server.answer("submit", created(tuneWith({ eta: "2026-11-20T12:30:00.000Z" })));
  const work = trainingFor(server.url, {
    job: { input: { name: "Ana", subject: "woman", characteristics: { eye_color: "blue eyes" } } },
  });
  const submitted = await submitBy(astria, work, CONTEXT);
  assert.equal(submitted.externalId, TUNE_ID);
  assert.deepEqual(submitted.details, { title: TITLE, eta: "2026-11-20T12:30:00.000Z" });
  const [request] = server.requests;
  assert.deepEqual([request?.method, request?.path], ["POST", "/tunes"]);
  assert.equal(request?.headers.get("authorization"), `Bearer ${ASTRIA_KEY}`);
  assert.deepEqual(request && jsonOf(request), {
    tune: {
      title: TITLE,
      name: "woman",
      base_tune_id: 1504944,
      branch: "flux1",
      model_type: "lora",
      preset: "flux-lora-portrait",
      token: "ohwx",
      characteristics: { eye_color: "blue eyes" },
      image_urls: PICTURES,
      callback: CALLBACK,
    },
  });
});

Deno.test("what the settings do not say is left to Astria; what is no business of Astria's is not sent", async () => {
  await using server = fakeAstria();
  server.answer("submit", created());
  const toolSettings = {
    files: {},
    branch: "fast",
    model_type: null,
    face_crop: false,
    eta_margin_minutes: 60,
    kie: {},
  };
  await submitBy(astria, trainingFor(server.url, { toolSettings }), CONTEXT);
  const [request] = server.requests;
  const { tune } = jsonOf(request!) as { tune: Record<string, unknown> };
  assert.deepEqual(Object.keys(tune).sort(), [
    "branch",
    "callback",
    "face_crop",
    "image_urls",
    "model_type",
    "name",
    "title",
  ]);
  assert.deepEqual([tune.branch, tune.model_type, tune.face_crop], ["fast", null, false]);
});

Deno.test("the same attempt has the same title, the next attempt and another job have their own", async () => {
  await using server = fakeAstria();
  server.answer("submit", created());
  const works = [
    trainingFor(server.url),
    trainingFor(server.url),
    trainingFor(server.url, { attempt: { attempt: 2 } }),
    trainingFor(server.url, {
      job: { id: "0199d2c4-8a6b-7c3d-9e4f-000000000000", input: { subject: "cat" } },
    }),
  ];
  for (const work of works) await submitBy(astria, work, CONTEXT);
  const titles = server.asked("submit").map((request) => (jsonOf(request).tune as { title: string }).title);
  assert.equal(titles[0], titles[1]);
  assert.equal(new Set(titles).size, 3);
});

Deno.test("an id keeps every digit, as a number or as text", async () => {
  await using server = fakeAstria();
  for (const [written, id] of [["904163390028185602", "904163390028185602"], ['"1"', "1"], ["7", "7"]]) {
    server.answer("submit", new Response(`{"id":${written},"title":"t"}`, { status: 201 }));
    assert.equal((await submitBy(astria, trainingFor(server.url), CONTEXT)).externalId, id);
  }
});

Deno.test("an answer that names no tune leaves open whether there is one", async () => {
  await using server = fakeAstria();
  const bodies = [
    "{}",
    "[]",
    "null",
    "<html>",
    '{"id":null}',
    '{"id":1.5}',
    '{"id":"x/../1"}',
    '{"id":""}',
    "",
  ];
  for (const body of bodies) {
    server.answer("submit", new Response(body, { status: 201 }));
    await assert.rejects(
      submitBy(astria, trainingFor(server.url), CONTEXT),
      failed({ code: "malformed_answer" }, true),
      body,
    );
  }
});

Deno.test("an input without a subject fails for good before anything is sent", async () => {
  await using server = fakeAstria();
  const work = trainingFor(server.url, { job: { input: { name: "Ana" } } });
  await assert.rejects(
    submitBy(astria, work, CONTEXT),
    failed({ retryClass: "never", code: "invalid_input" }),
  );
  assert.equal(server.requests.length, 0);
});

Deno.test("settings of the wrong kind fail for good and are named", async () => {
  const work = trainingFor(nobodysUrl(), { toolSettings: { steps: "many" } });
  await assert.rejects(
    submitBy(astria, work, CONTEXT),
    failed({
      retryClass: "never",
      code: "tool_misconfigured",
      message: "The settings of tool model_training lack steps",
    }),
  );
});

Deno.test("an account without a key is paused", async () => {
  const work = trainingFor(nobodysUrl(), { account: { api_key: null } });
  await assert.rejects(
    submitBy(astria, work, CONTEXT),
    failed({ retryClass: "pause", code: "secret_missing" }),
  );
});

Deno.test("a submit whose connection breaks may have made a tune; one that never reached Astria has not", async () => {
  await using server = rudeServer("hangs up");
  const lost = failed({ retryClass: "wait", code: "unreachable" }, true);
  await assert.rejects(submitBy(astria, trainingFor(server.url), CONTEXT), lost);
  const unheard = failed({ retryClass: "wait", code: "unreachable" }, false);
  await assert.rejects(submitBy(astria, trainingFor(nobodysUrl()), CONTEXT), unheard);
});

Deno.test("neither key nor token are in what is kept of an answer", async () => {
  await using server = fakeAstria();
  const work = trainingFor(server.url);
  server.answer(
    "submit",
    created(tuneWith({ callback: `https://x/${work.attempt.token}`, key: ASTRIA_KEY })),
  );
  const { raw } = await submitBy(astria, work, CONTEXT);
  assert.doesNotMatch(JSON.stringify(raw), new RegExp(`${work.attempt.token}|${ASTRIA_KEY}`));
});
