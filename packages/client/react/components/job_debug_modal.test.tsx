import { fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { failed, fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { adminOf, RAW_ATTEMPTS } from "../gallery/admin_fixture.ts";
import { ATTEMPT_COLUMNS } from "../hooks/read_evidence.ts";
import { aHistory, aJob } from "../jobs_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { JobDebugModal } from "./job_debug_modal.tsx";

const FAILED = aJob({
  id: "1",
  status: "failed",
  current_step: "failed",
  failed_at_step: "running",
  error_code: "805",
  error_message: "VRAM overflow: image too large",
  completed_at: "2026-11-26T12:02:36.000Z",
  step_history: aHistory(["insert", 0], ["queued", 0.3], ["running", 62], ["failed", 93.7]),
});
const shown = async (supabase: unknown, job = FAILED) => {
  const fake = fakeEsteira({ supabase });
  fake.job("1").set(ready(job));
  const onClose = vi.fn();
  const rendered = renderIn(<JobDebugModal isOpen onClose={onClose} jobId="1" tableName="upscaler_jobs" />, {
    fake,
  });
  await settle();
  await settle();
  return { ...rendered, onClose };
};
const asOwner = adminOf(null);

// @acceptance 004:38, 004:247-268, 004:270, 004:303, 004:316, 004:319, 004:320, 004:359-366, 004:416
test("it shows each step with how long it took, and the error as it was said", async () => {
  await shown(asOwner);
  const entries = screen.getAllByRole("listitem").map((entry) =>
    [".esteira-timeline-step", ".esteira-timeline-span"].map((part) => entry.querySelector(part)?.textContent)
  );
  expect(entries).toEqual([
    ["Criando Job", "0,3 s"],
    ["Aguardando na Fila", "1 min 02 s"],
    ["Processando", "1 min 34 s"],
    ["Falhou", ""],
  ]);
  expect(screen.getByText("Total: 2 min 36 s")).toBeDefined();
  expect(screen.getByText("VRAM overflow: image too large")).toBeDefined();
  expect(screen.getByText("805")).toBeDefined();
});

// @acceptance 004:38, 004:271, 004:317, 004:318, 004:359-366, 004:406
test("an admin sees each attempt's raw answers, and every digit of an id", async () => {
  const asked: string[] = [];
  await shown(adminOf(RAW_ATTEMPTS, (columns) => void asked.push(columns)));
  expect(new Set(asked)).toEqual(new Set([ATTEMPT_COLUMNS]));
  expect(ATTEMPT_COLUMNS).toContain("raw_api_response::text");
  expect(screen.getByRole("region", { name: "Visível só para administradores" })).toBeDefined();
  const [response] = screen.getAllByRole("region", { name: "Resposta bruta da API" });
  expect(response?.textContent).toContain('"taskId": 1904152026220003329');
  expect(String(JSON.parse("1904152026220003329"))).not.toBe("1904152026220003329");
  expect(screen.getByText(/Tentativa 1 · retried · 1005/)).toBeDefined();
});

test("nobody else asks for them", async () => {
  const supabase = { ...adminOf(null), from: () => expect.unreachable("asked for attempts") };
  await shown(supabase);
  expect(screen.queryByText("Visível só para administradores")).toBeNull();
});

test("an admin sees a job of somebody else's, and is offered no retry of it", async () => {
  const { completed_at: _, ...row } = FAILED;
  const query = {
    eq: () => query,
    order: () => query,
    limit: () => Promise.resolve({ data: RAW_ATTEMPTS, error: null }),
    maybeSingle: () => Promise.resolve({ data: row, error: null }),
  };
  const fake = fakeEsteira({ supabase: { ...adminOf(RAW_ATTEMPTS), from: () => ({ select: () => query }) } });
  fake.job("1").set(failed(Object.assign(new Error("none"), { code: "not_found" })));
  renderIn(<JobDebugModal isOpen onClose={() => {}} jobId="1" />, { fake });
  for (let i = 0; i < 4; i++) await settle();
  expect(screen.getAllByText("VRAM overflow: image too large")).not.toEqual([]);
  expect(screen.queryByRole("button", { name: "Tentar Novamente" })).toBeNull();
  expect(screen.getAllByRole("region", { name: "Resposta bruta da API" })).toHaveLength(2);
});

test("a job that is not there is told", async () => {
  const fake = fakeEsteira({ supabase: asOwner });
  fake.job("1").set(failed(Object.assign(new Error("You have no such job."), { code: "not_found" })));
  renderIn(<JobDebugModal isOpen onClose={() => {}} jobId="1" />, { fake });
  for (let i = 0; i < 4; i++) await settle();
  expect(screen.getByText("You have no such job.")).toBeDefined();
});

test("all of it is copied as text, also where the browser keeps its clipboard to itself", async () => {
  await shown(adminOf(RAW_ATTEMPTS));
  const writeText = vi.fn((_: string) => Promise.resolve());
  vi.stubGlobal("navigator", Object.create(navigator, { clipboard: { value: { writeText } } }));
  await settle(() => fireEvent.click(screen.getByRole("button", { name: "Copiar tudo" })));
  expect(writeText.mock.calls[0]?.[0]).toContain("error_message: VRAM overflow: image too large");
  expect(writeText.mock.calls[0]?.[0]).toContain('"taskId": 1904152026220003329');
  expect(screen.getByRole("button", { name: "Copiado" })).toBeDefined();
  expect(screen.getAllByRole("status").map(({ textContent }) => textContent)).toContain("Copiado");

  writeText.mockReturnValue(Promise.reject(new Error("not allowed")));
  let selected = "";
  document.execCommand = () => {
    selected = (document.activeElement as HTMLTextAreaElement).value;
    return true;
  };
  await settle(() => fireEvent.click(screen.getByRole("button", { name: "Copiado" })));
  await settle();
  expect(selected).toContain("error_message: VRAM overflow");
  Reflect.deleteProperty(document, "execCommand");
});

test("it is tried again from here", async () => {
  const { fake } = await shown(asOwner);
  await settle(() => fireEvent.click(screen.getByRole("button", { name: "Tentar Novamente" })));
  expect(fake.calls).toContainEqual({ name: "retry", args: ["1"] });
});

function Page() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>open</button>
      <JobDebugModal isOpen={isOpen} onClose={() => setOpen(false)} jobId="1" />
    </>
  );
}

test("the focus goes in, stays in, and comes back; Esc closes it", async () => {
  const fake = fakeEsteira({ supabase: asOwner });
  fake.job("1").set(ready(FAILED));
  renderIn(<Page />, { fake });
  const opener = screen.getByRole("button", { name: "open" });
  opener.focus();
  fireEvent.click(opener);
  await settle();
  const dialog = screen.getByRole("dialog");
  expect(dialog.contains(document.activeElement)).toBe(true);
  const last = screen.getByRole("button", { name: "Copiar tudo" });
  const first = screen.getByRole("button", { name: "Fechar" });
  last.focus();
  fireEvent.keyDown(last, { key: "Tab" });
  expect(document.activeElement).toBe(first);
  fireEvent.keyDown(first, { key: "Tab", shiftKey: true });
  expect(document.activeElement).toBe(last);
  fireEvent.keyDown(last, { key: "Escape" });
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(document.activeElement).toBe(opener);
});

test("a click beside it closes it, one inside does not", async () => {
  const { onClose } = await shown(asOwner);
  fireEvent.click(screen.getByText("805"));
  expect(onClose).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole("dialog"));
  expect(onClose).toHaveBeenCalledTimes(1);
});

test("nothing is read while it is closed", () => {
  const { fake } = renderIn(<JobDebugModal isOpen={false} onClose={() => {}} jobId="1" />);
  expect([...fake.listeners.keys()]).toEqual([]);
});
