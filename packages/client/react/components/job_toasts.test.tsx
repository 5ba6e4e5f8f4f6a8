import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import type { ConnectionStatus } from "../../api/connection.ts";
import { type Fake, fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { adminOf } from "../gallery/admin_fixture.ts";
import { aJob } from "../jobs_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { JobToasts } from "./job_toasts.tsx";

beforeEach(() => void vi.useFakeTimers());

const RUNNING = { id: "1", status: "processing", current_step: "running" } as const;
const FAILED = {
  id: "1",
  status: "failed",
  current_step: "failed",
  failed_at_step: "running",
  error_message: "VRAM overflow: image too large",
} as const;
const queue = (fake: Fake, ...jobs: Parameters<typeof aJob>[0][]) =>
  act(() => fake.queue({}).set(ready({ jobs: jobs.map(aJob), hasMore: false })));
const connect = (fake: Fake, status: ConnectionStatus) =>
  act(() => fake.connection.set({ status, since: 0, reason: "", via: null }));
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

function failNow() {
  const fake = fakeEsteira({ supabase: adminOf(null) });
  const rendered = renderIn(<JobToasts />, { fake });
  queue(fake, RUNNING);
  queue(fake, FAILED);
  return rendered;
}

// @acceptance 004:277-286
test("a job that fails is told of for 10 s, with its step and its error", async () => {
  failNow();
  const toast = screen.getByRole("alert");
  expect(toast.textContent).toContain('Erro em "Processando com IA": VRAM overflow: image too large');
  expect(toast.textContent).toContain("Toque para ver detalhes");
  await pass(9_900);
  expect(screen.queryByRole("alert")).not.toBeNull();
  await pass(200);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("what had failed before it was read is no news", () => {
  const { fake } = renderIn(<JobToasts />);
  queue(fake, FAILED);
  queue(fake, FAILED, { id: "2" });
  expect(screen.queryByRole("alert")).toBeNull();
});

test("its time stands still while somebody points at it, is in it, or looks elsewhere", async () => {
  failNow();
  const toast = screen.getByRole("alert");
  await pass(8_000);
  fireEvent.pointerEnter(toast);
  await pass(60_000);
  fireEvent.pointerLeave(toast);
  act(() => screen.getByRole("button", { name: "Dispensar" }).focus());
  await pass(60_000);
  act(() => screen.getByRole("button", { name: "Dispensar" }).blur());
  const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
  await pass(60_000);
  hidden.mockReturnValue("visible");
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
  await pass(1_900);
  expect(screen.queryByRole("alert")).not.toBeNull();
  await pass(200);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a tap opens the details", async () => {
  const { fake } = failNow();
  fake.job("1").set(ready(aJob(FAILED)));
  await settle(() => fireEvent.click(screen.getByRole("button", { name: /Toque para ver detalhes/ })));
  expect(screen.getByRole("dialog", { name: "Detalhes do job" })).toBeDefined();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("it is dismissed by its button or by Esc", () => {
  failNow();
  fireEvent.click(screen.getByRole("button", { name: "Dispensar" }));
  expect(screen.queryByRole("alert")).toBeNull();
});

// @acceptance 002:450-474
test("a lost live connection is told of until it is found, and connects anew without a reload", async () => {
  const { fake } = renderIn(<JobToasts />);
  connect(fake, "catching_up");
  expect(screen.queryByRole("status")).toBeNull();
  connect(fake, "polling");
  expect(screen.getByRole("status").textContent).toContain("Conexão em tempo real perdida");
  expect(screen.getByRole("status").textContent).toContain("Tentando reconectar…");
  await pass(60_000);
  fireEvent.click(screen.getByRole("button", { name: "Recarregar" }));
  expect(fake.calls.at(-1)?.name).toBe("connection.retry");
  connect(fake, "offline");
  expect(screen.getAllByRole("status")).toHaveLength(1);
  connect(fake, "live");
  expect(screen.queryByRole("status")).toBeNull();
});

test("a connection that was never live is not lost", () => {
  const fake = fakeEsteira();
  connect(fake, "catching_up");
  renderIn(<JobToasts />, { fake });
  connect(fake, "polling");
  expect(screen.queryByRole("status")).toBeNull();
});

test("no more than four at once", () => {
  const { fake } = renderIn(<JobToasts />);
  const ids = ["1", "2", "3", "4", "5", "6"];
  queue(fake, ...ids.map((id) => ({ ...RUNNING, id })));
  queue(fake, ...ids.map((id) => ({ ...FAILED, id })));
  expect(screen.getAllByRole("alert")).toHaveLength(4);
});
