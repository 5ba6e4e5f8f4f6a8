/** Where cards and details say why a job stands where it stands. */
import { act, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { ClientJob } from "../../api/job.ts";
import { aPublication } from "../../testing/publications_fixture.ts";
import { fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { adminOf, RAW_ATTEMPTS } from "../gallery/admin_fixture.ts";
import {
  type Asked,
  DIAGNOSIS,
  FAILED,
  RECONNECT,
  RUNNING_WELL,
  saying,
  SLOW,
  UNKNOWN,
  WAITING,
} from "../gallery/why_fixture.ts";
import { aJob } from "../jobs_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { JobCard } from "./job_card.tsx";
import { JobDebugModal } from "./job_debug_modal.tsx";
import { PublicationCard } from "./publication_card.tsx";

const database = (said: Asked) => fakeEsteira({ supabase: { ...adminOf(null), ...saying(said) } });
const notes = () => [...document.querySelectorAll<HTMLElement>(".esteira-why")];
const words = () => notes().map(({ textContent }) => textContent);
const RUNNING = { status: "processing", current_step: "running" } as const;

test("a card says why its job is late, in the language of the screen", async () => {
  const fake = database({ why: [SLOW, WAITING] });
  renderIn(<JobCard job={aJob(RUNNING)} />, { fake, language: "en" });
  await settle();
  expect(words()).toEqual([SLOW.words.en]);
  expect(notes()[0]?.dataset.level).toBe("warn");
});

test.each<[string, Partial<ClientJob>]>([
  ["goes on as it should", RUNNING],
  ["is done", { status: "completed", current_step: "completed" }],
  ["was cancelled", { status: "cancelled", current_step: "cancelled" }],
  ["is just being created", { isCreating: true }],
])("a card says nothing of a job that %s", async (_, job) => {
  renderIn(<JobCard job={aJob(job)} />, { fake: database({ why: [RUNNING_WELL] }) });
  await settle();
  expect(notes()).toEqual([]);
});

test("nobody is asked about a job that has just moved", async () => {
  vi.useFakeTimers();
  const asked: string[] = [];
  const fake = database({ why: [WAITING], asked: (name) => void asked.push(name) });
  const card = (version: number, ago: number) => (
    <JobCard job={aJob({ version, updated_at: new Date(Date.now() - ago).toISOString() })} />
  );
  const { rerender } = renderIn(card(1, 5_000), { fake });
  await act(() => vi.advanceTimersByTimeAsync(9_999));
  expect(asked).toEqual([]);
  await act(() => vi.advanceTimersByTimeAsync(1));
  expect(words()).toEqual([WAITING.words["pt-BR"]]);
  rerender(card(2, 0));
  await settle();
  expect(notes()).toEqual([]);
  await act(() => vi.advanceTimersByTimeAsync(15_000));
  expect(words()).toEqual([WAITING.words["pt-BR"]]);
});

test("a card whose database cannot say why says nothing of it", async () => {
  renderIn(<JobCard job={aJob(RUNNING)} />, { fake: database({}) });
  await settle();
  expect(notes()).toEqual([]);
});

test("a publication says what its owner has to do, rather than why it is held", async () => {
  const held = { hold: "reconnect_needed" };
  const { unmount } = renderIn(<PublicationCard publication={aPublication(held)} />, { fake: database({}) });
  await settle();
  expect(document.querySelectorAll(".esteira-card-note")).toHaveLength(1);
  unmount();
  renderIn(<PublicationCard publication={aPublication(held)} />, { fake: database({ why: [RECONNECT] }) });
  await settle();
  expect(words()).toEqual([RECONNECT.words["pt-BR"]]);
  expect(document.querySelectorAll(".esteira-card-note")).toHaveLength(0);
});

test("one of which nobody knows says why in the question", async () => {
  const publication = aPublication({ status: "failed", error_code: "outcome_unknown", refund: "due" });
  renderIn(<PublicationCard publication={publication} />, {
    fake: database({ why: [UNKNOWN] }),
    language: "en",
  });
  await settle();
  expect(document.querySelector(".esteira-ask > p")?.textContent).toBe(UNKNOWN.words.en);
  expect(notes()).toEqual([]);
});

const details = async (supabase: unknown, job: Partial<ClientJob> = {}) => {
  const fake = fakeEsteira({ supabase });
  fake.job("1").set(ready(aJob({ id: "1", ...job })));
  renderIn(<JobDebugModal isOpen onClose={() => {}} jobId="1" />, { fake, language: "en" });
  await settle();
  await settle();
};

// @acceptance 004:8, 004:412
test("the details begin with why, all reasons in order, and who ends it", async () => {
  await details({ ...adminOf(null), ...saying({ why: [SLOW, WAITING] }) });
  expect(words()).toEqual([SLOW.words.en, WAITING.words.en]);
  const shown = screen.getByRole("region", { name: "Why it stands where it stands" });
  expect(shown.textContent).toContain("Needs the service that does it · since ");
  expect(document.querySelector(".esteira-debug")?.firstElementChild).toBe(shown);
  expect(screen.queryByRole("region", { name: "Diagnosis, for operators" })).toBeNull();
});

test("operators see what was found, what mends it, and what it is not", async () => {
  await details({ ...adminOf(RAW_ATTEMPTS), ...saying({ why: [FAILED], diagnosis: DIAGNOSIS }) });
  const shown = screen.getByRole("region", { name: "Diagnosis, for operators" });
  const codes = [...shown.querySelectorAll(".esteira-debug-code")].map(({ textContent }) => textContent);
  expect(codes).toEqual(["failed", "trigger_missing", "credits_drift"]);
  expect(shown.textContent).toContain("select ops.repair('jobs_broadcast_trigger');");
  expect(shown.textContent).toContain('tables["public.jobs"]');
  expect(shown.querySelector("details")?.textContent).toContain("Ruled out: 1");
});

test("an operator is told when that cannot be read", async () => {
  await details({ ...adminOf(RAW_ATTEMPTS), ...saying({ why: [FAILED] }) });
  expect(screen.getByRole("alert").textContent).toBe("Why it stands there could not be read: not_found");
});

test("the words that are copied say why, too", async () => {
  const writeText = vi.fn((_: string) => Promise.resolve());
  vi.stubGlobal("navigator", Object.create(navigator, { clipboard: { value: { writeText } } }));
  await details({ ...adminOf(RAW_ATTEMPTS), ...saying({ why: [FAILED], diagnosis: DIAGNOSIS }) });
  await settle(() => screen.getByRole("button", { name: "Copy all" }).click());
  const copied = writeText.mock.calls[0]?.[0];
  expect(copied).toContain("why: failed (error, clears by_you, since 2026-11-26T12:03:41.000Z)");
  expect(copied).toContain("ruled out: credits_drift (ok, clears by_operator)");
});
