import { act, fireEvent, render, screen } from "@testing-library/react";
import * as React from "react";
import { settle } from "../testing/settle.ts";
import { expect, test, vi } from "vitest";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { around, hookIn } from "../testing/render_in.tsx";
import { type CreateState, useCreateJob } from "./use_create_job.ts";

const isReact19 = "useActionState" in React;
const keys = (fake: ReturnType<typeof fakeEsteira>) =>
  fake.creates.map(({ options }) => options.idempotencyKey);

test("a job is there from the click on, and pending until the server has it", async () => {
  const { result, fake } = hookIn(() => useCreateJob("upscaler"));
  expect(result.current).toMatchObject({ job: null, handle: null, isPending: false, error: null });
  act(() => void result.current.create({ image: "u/a.png" }));
  expect(result.current).toMatchObject({ job: { isCreating: true }, isPending: true });
  await settle(() => fake.creates[0]?.confirm("7"));
  expect(result.current).toMatchObject({
    job: { id: "7", isCreating: false },
    isPending: false,
    error: null,
  });
});

test("two clicks are one job, also when the server was quicker than the second", async () => {
  vi.useFakeTimers();
  const { result, fake } = hookIn(() => useCreateJob("upscaler"));
  const { create } = result.current;
  const made: unknown[] = [];
  act(() => void made.push(create({ image: "a" }), create({ image: "a" })));
  const [one, two] = made;
  expect(two).toBe(one);
  await settle(() => fake.creates[0]?.confirm());
  act(() => void vi.advanceTimersByTime(300));
  expect(result.current.create({ image: "a" })).toBe(one);
  expect(fake.creates).toHaveLength(1);
});

test("the same wish a while after it was made is another intent, with a key of its own", async () => {
  vi.useFakeTimers();
  const { result, fake } = hookIn(() => useCreateJob("upscaler"));
  act(() => void result.current.create({ image: "a" }));
  await settle(() => fake.creates[0]?.confirm());
  act(() => void vi.advanceTimersByTime(700));
  act(() => void result.current.create({ image: "a" }));
  expect(new Set(keys(fake)).size).toBe(2);
});

test("another wish is another intent, even while the first is under way; the last one is shown", async () => {
  const { result, fake } = hookIn(() => useCreateJob("upscaler"));
  act(() => {
    result.current.create({ image: "a" });
    result.current.create({ image: "b" });
  });
  expect(new Set(keys(fake)).size).toBe(2);
  await settle(() => fake.creates[0]?.refuse(new Error("too late to be shown")));
  expect(result.current).toMatchObject({ isPending: true, error: null, job: { input: { image: "b" } } });
});

test("a try after an error keeps the key of its intent; after a reset it has a new one", async () => {
  const { result, fake } = hookIn(() => useCreateJob("upscaler"));
  act(() => void result.current.create({ image: "a" }));
  const cut = new Error("network");
  await settle(() => fake.creates[0]?.refuse(cut));
  expect(result.current).toMatchObject({ error: cut, isPending: false });
  act(() => void result.current.create({ image: "a" }));
  expect(result.current).toMatchObject({ error: null, isPending: true });
  await settle(() => fake.creates[1]?.refuse(cut));
  act(() => result.current.reset());
  expect(result.current).toMatchObject({ error: null, handle: null, job: null, isPending: false });
  act(() => void result.current.create({ image: "a" }));
  const [first, again, afterReset] = keys(fake);
  expect(again).toBe(first);
  expect(afterReset).not.toBe(first);
});

test("what answers after a reset is not shown any more", async () => {
  const { result, fake } = hookIn(() => useCreateJob("upscaler"));
  act(() => void result.current.create({ image: "a" }));
  act(() => result.current.reset());
  await settle(() => fake.creates[0]?.refuse(new Error("late")));
  expect(result.current).toMatchObject({ error: null, isPending: false });
});

test("a key of the app's own is kept", () => {
  const { result, fake } = hookIn(() => useCreateJob("upscaler"));
  act(() => void result.current.create({ image: "a" }, { idempotencyKey: "mine" }));
  expect(keys(fake)).toEqual(["mine"]);
});

test("its action takes a form's fields, and never rejects", async () => {
  const { result, fake } = hookIn(() => useCreateJob("image"));
  const form = new FormData();
  form.append("prompt", "a sunset");
  form.append("images", "u/a.png");
  form.append("images", "u/b.png");
  form.append("aspect_ratio", "");
  form.append("file", new File(["x"], "x.png"));
  let state: CreateState<"image"> | undefined;
  await act(async () => {
    const done = result.current.action(null, form);
    fake.creates[0]?.refuse(new Error("no credits"));
    state = await done;
  });
  expect(fake.creates[0]?.input).toEqual({ prompt: "a sunset", images: ["u/a.png", "u/b.png"] });
  expect(state).toMatchObject({ handle: null, error: { message: "no credits" } });
});

test.runIf(isReact19)(
  "a form sent twice in one go is one job, and its state is the server's answer",
  async () => {
    const fake = fakeEsteira();
    function Form() {
      const { action, job } = useCreateJob("image");
      const [state, submit, isPending] = React.useActionState(action, null);
      return (
        <form action={submit}>
          <input name="prompt" defaultValue="a sunset" />
          <button type="submit">go</button>
          <output>{isPending ? "pending" : state?.handle?.id ?? state?.error?.message ?? "idle"}</output>
          <p>{job?.isCreating ? "creating" : job?.id}</p>
        </form>
      );
    }
    render(<Form />, { wrapper: around({ fake }) });
    const form = screen.getByRole("button").closest("form") as HTMLFormElement;
    await settle(() => {
      fireEvent.submit(form);
      fireEvent.submit(form);
    });
    expect(screen.getByRole("status").textContent).toBe("pending");
    await settle(() => fake.creates[0]?.confirm("7"));
    await settle();
    expect(fake.creates).toHaveLength(1);
    expect(screen.getByRole("status").textContent).toBe("7");
  },
);
