import { act } from "@testing-library/react";
import { expect, test } from "vitest";
import type { EnqueueResponse } from "../../../../shared/requests/requests_publications.ts";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { GROUP_ID } from "../../testing/publications_fixture.ts";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { hookIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { usePublish } from "./use_publish.ts";

const WISH = { selectedOptions: ["x_post"], captions: { universal: "Olá" } };
const FILE = new File(["12345678"], "a.png", { type: "image/png" });
const ANSWER: EnqueueResponse = {
  success: true,
  message: "",
  data: { jobs: [], totalEnqueued: 1, totalRequested: 1, groupId: GROUP_ID, rejected: [] },
};

function publishing() {
  const fake = fakeEsteira();
  fake.answers.enqueue = () => Promise.resolve(ANSWER);
  const it = hookIn(() => usePublish(), { fake });
  const enqueued = () =>
    fake.calls.filter(({ name }) => name === "enqueue").map(({ args }) => args[0]) as {
      idempotencyKey: string;
      mediaFiles?: unknown[];
    }[];
  return { ...it, fake, enqueued };
}

// @acceptance 003:42
test("files go up first, then all of it is enqueued; a file goes up once", async () => {
  const { fake, result, enqueued } = publishing();
  act(() => void result.current.check({ ...WISH, files: [FILE] }));
  expect(result.current.phase).toBe("uploading");
  act(() => fake.uploads[0]?.progress(4));
  expect(result.current.progress).toBe(50);
  fake.uploads[0]?.resolve("u/a.png");
  await act(settle);
  expect(result.current.phase).toBe("idle");
  expect(fake.calls.at(-1)).toEqual({
    name: "preflight",
    args: [{ ...WISH, mediaFiles: [{ name: "a.png", size: 8, type: "image/png", path: "u/a.png" }] }],
  });
  await act(async () => void await result.current.publish({ ...WISH, files: [FILE] }));
  expect(fake.uploads.length).toBe(1);
  expect(enqueued()[0]?.mediaFiles).toEqual([{ name: "a.png", size: 8, type: "image/png", path: "u/a.png" }]);
  expect(result.current.answer).toBe(ANSWER);
});

test("two clicks are one publication; after a failure the same wish has the same key; another wish has another", async () => {
  const { fake, result, enqueued } = publishing();
  await act(async () => {
    await Promise.all([result.current.publish(WISH), result.current.publish({ ...WISH })]);
    await result.current.publish(WISH);
  });
  expect(enqueued().length).toBe(1);

  fake.answers.enqueue = () => Promise.reject(new Error("no network"));
  const other = { ...WISH, captions: { universal: "Outro" } };
  await act(async () => void await result.current.publish(other));
  expect(result.current.error?.message).toBe("no network");
  fake.answers.enqueue = () => Promise.resolve(ANSWER);
  await act(async () => void await result.current.publish({ ...other }));
  const keys = enqueued().map(({ idempotencyKey }) => idempotencyKey);
  expect(keys.length).toBe(3);
  expect(keys[1]).toBe(keys[2]);
  expect(keys[0]).not.toBe(keys[1]);
});

test("an upload that is cancelled leaves nothing behind, and nothing is enqueued", async () => {
  const { fake, result, enqueued } = publishing();
  act(() => void result.current.publish({ ...WISH, files: [FILE] }));
  act(() => result.current.cancel());
  await act(settle);
  expect(fake.uploads[0]?.options.signal?.aborted).toBe(true);
  expect([result.current.phase, result.current.error, enqueued().length]).toEqual(["idle", null, 0]);
});

test("another button of the page finds the files where they lie; those that are gone go up again", async () => {
  const { fake, result } = publishing();
  const wish = { ...WISH, files: [FILE] };
  act(() => void result.current.check(wish));
  fake.uploads[0]?.resolve("u/a.png");
  await act(settle);
  const other = hookIn(() => usePublish(), { fake });
  fake.answers.enqueue = () => Promise.reject(new EsteiraError("file_not_found", "Gone."));
  await act(async () => void await other.result.current.publish(wish));
  expect(fake.uploads.length).toBe(1);
  act(() => void other.result.current.publish(wish));
  await act(settle);
  expect(fake.uploads.length).toBe(2);
});
