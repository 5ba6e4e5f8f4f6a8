import { act } from "@testing-library/react";
import { settle } from "../testing/settle.ts";
import { expect, test } from "vitest";
import { hookIn } from "../testing/render_in.tsx";
import { useUpload } from "./use_upload.ts";

const file = (name = "a.png") => new File(["12345678"], name, { type: "image/png" });

test("progress is told as Storage has it, and in the end the path", async () => {
  const { result, fake } = hookIn(() => useUpload({ tool: "upscaler", field: "image" }));
  expect(result.current).toMatchObject({ isUploading: false, progress: null, path: null, error: null });
  let path: string | null | undefined;
  act(() => void result.current.upload(file()).then((uploaded) => path = uploaded));
  expect(result.current).toMatchObject({ isUploading: true, progress: { sent: 0, total: 8 } });
  expect(fake.uploads[0]?.options).toMatchObject({ tool: "upscaler", field: "image" });
  act(() => fake.uploads[0]?.progress(4));
  expect(result.current.progress).toEqual({ sent: 4, total: 8 });
  await settle(() => fake.uploads[0]?.resolve("u/a.png"));
  expect(result.current).toMatchObject({ isUploading: false, path: "u/a.png", error: null });
  expect(path).toBe("u/a.png");
});

test("cancelled is no error", async () => {
  const { result, fake } = hookIn(() => useUpload({ tool: "upscaler" }));
  let path: string | null | undefined;
  act(() => void result.current.upload(file()).then((uploaded) => path = uploaded));
  act(() => result.current.cancel());
  await settle();
  expect(fake.uploads[0]?.options.signal?.aborted).toBe(true);
  expect(result.current).toMatchObject({ isUploading: false, error: null, path: null, progress: null });
  expect(path).toBeNull();
});

test("another file takes the place of the first, whose end is not shown any more", async () => {
  const { result, fake } = hookIn(() => useUpload({ tool: "upscaler" }));
  act(() => void result.current.upload(file("a.png")));
  act(() => void result.current.upload(file("b.png")));
  expect(fake.uploads[0]?.options.signal?.aborted).toBe(true);
  await settle(() => fake.uploads[1]?.resolve("u/b.png"));
  expect(result.current.path).toBe("u/b.png");
});

test("what fails is told; a reset forgets it", async () => {
  const { result, fake } = hookIn(() => useUpload({ tool: "upscaler" }));
  act(() => void result.current.upload(file()));
  const cut = new Error("cut");
  await settle(() => fake.uploads[0]?.reject(cut));
  expect(result.current).toMatchObject({ isUploading: false, error: cut });
  act(() => result.current.reset());
  expect(result.current.error).toBeNull();
});

test("an upload whose component goes away is cancelled", () => {
  const { result, fake, unmount } = hookIn(() => useUpload({ tool: "upscaler" }));
  act(() => void result.current.upload(file()));
  unmount();
  expect(fake.uploads[0]?.options.signal?.aborted).toBe(true);
});
