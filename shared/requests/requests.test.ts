import assert from "node:assert/strict";
import type { z } from "zod";
import { createJobRequest, createUploadRequest, realtimeConfig, uploadResponse } from "./requests.ts";

/** The field that a schema complains about first; undefined when it does not complain. */
function fault(schema: z.ZodType, value: unknown): string | undefined {
  const issue = schema.safeParse(value).error?.issues[0];
  return issue && [...issue.path, ...issue.code === "unrecognized_keys" ? issue.keys : []].join(".");
}

const JOB = { tool: "upscaler", input: { image: "u/photo.png" } };
const UPLOAD = { tool: "upscaler", contentType: "image/png", size: 1 };

Deno.test("a job needs its tool and its input; metadata is empty unless given", () => {
  assert.deepEqual(createJobRequest.parse(JOB), { ...JOB, metadata: {} });
  const full = {
    ...JOB,
    metadata: { projectId: "p" },
    idempotencyKey: "k",
    runAt: "2026-11-01T12:00:00-03:00",
    priority: -5,
  };
  assert.deepEqual(createJobRequest.parse(full), full);
});

for (
  const [field, value] of [
    ["tool", ""],
    ["tool", "x".repeat(41)],
    ["tool", 7],
    ["input", null],
    ["input", []],
    ["input", "text"],
    ["metadata", []],
    ["metadata", { note: "x".repeat(8192) }],
    ["idempotencyKey", ""],
    ["idempotencyKey", "x".repeat(201)],
    ["runAt", "tomorrow"],
    ["runAt", "2026-11-01T12:00:00"],
    ["runAt", "2026-13-01T12:00:00Z"],
    ["runAt", 1793534400],
    ["runAt", "0000-01-01T00:00:00Z"],
    ["runAt", "1969-12-31T23:59:59Z"],
    ["user_id", "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"],
    ["priority", 1.5],
    ["priority", 32768],
    ["priority", -32769],
    ["priority", "0"],
    ["userId", "me"],
    ["p_user_id", "x"],
  ] as const
) {
  Deno.test(`a job whose ${field} is ${JSON.stringify(value)?.slice(0, 40)} is refused, and the field named`, () => {
    assert.equal(fault(createJobRequest, { ...JOB, [field]: value }), field);
  });
}

Deno.test("a job without tool or input is refused", () => {
  assert.equal(fault(createJobRequest, { input: {} }), "tool");
  assert.equal(fault(createJobRequest, { tool: "upscaler" }), "input");
});

Deno.test("metadata of exactly 8,192 characters is taken", () => {
  const metadata = { note: "x".repeat(8192 - '{"note":""}'.length) };
  assert.equal(fault(createJobRequest, { ...JOB, metadata }), undefined);
  assert.equal(fault(createJobRequest, { ...JOB, metadata: { note: `${metadata.note}x` } }), "metadata");
});

Deno.test("an upload is for the field image unless another is named", () => {
  assert.equal(createUploadRequest.parse(UPLOAD).field, "image");
  assert.equal(createUploadRequest.parse({ ...UPLOAD, field: "mask" }).field, "mask");
});

for (
  const [field, value] of [
    ["tool", ""],
    ["field", ""],
    ["contentType", ""],
    ["contentType", undefined],
    ["size", 0],
    ["size", -1],
    ["size", 1.5],
    ["size", "1"],
    ["size", Infinity],
    ["path", "someone-else/photo.png"],
  ] as const
) {
  Deno.test(`an upload whose ${field} is ${JSON.stringify(value)} is refused, and the field named`, () => {
    assert.equal(fault(createUploadRequest, { ...UPLOAD, [field]: value }), field);
  });
}

Deno.test("answers hold whole addresses", () => {
  const upload = {
    bucket: "inputs",
    path: "u/1.png",
    token: "t",
    signedUrl: "https://abc.supabase.co/upload?token=t",
  };
  assert.deepEqual(uploadResponse.parse(upload), upload);
  assert.equal(fault(uploadResponse, { ...upload, signedUrl: "/upload?token=t" }), "signedUrl");
  const config = { url: "https://abc.supabase.co", key: "sb_publishable_1", topic: "jobs:u" };
  assert.deepEqual(realtimeConfig.parse(config), config);
});
