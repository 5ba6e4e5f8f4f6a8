import { act, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { aJob } from "../jobs_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { JobStepIndicator } from "./job_step_indicator.tsx";

const RUNNING = { status: "processing", current_step: "running" } as const;
const FAILED = {
  status: "failed",
  current_step: "failed",
  failed_at_step: "running",
  error_code: "805",
  error_message: "VRAM overflow: image too large",
} as const;

// @acceptance 004:37, 004:229-240, 004:302, 004:404, 004:319
test("with the props of document 004 it needs neither a job nor a provider", () => {
  render(
    <JobStepIndicator step="failed" failedAtStep="running" errorMessage="VRAM overflow: image too large" />,
  );
  expect(screen.getByRole("status").textContent).toBe("Erro no processamentoFalhou em: Processando com IA");
  expect(screen.getByText("VRAM overflow: image too large")).toBeDefined();
});

test("a step that this version does not know is shown as it is", () => {
  render(<JobStepIndicator step="polishing" />);
  expect(screen.getByRole("status").textContent).toBe("polishing");
});

// @acceptance 004:327-332
test("the provider's percentage is shown as it is, a guess as a guess, and none as none", () => {
  const { rerender } = renderIn(<JobStepIndicator job={aJob({ ...RUNNING, progress: 45 })} />);
  const bar = () => screen.getByRole("progressbar");
  expect(bar().getAttribute("aria-valuenow")).toBe("45");
  expect(bar().getAttribute("aria-valuetext")).toBe("45%");
  expect(screen.getByText("45%")).toBeDefined();
  rerender(<JobStepIndicator job={aJob({ ...RUNNING, progress: 45, progress_is_estimate: true })} />);
  expect(bar().getAttribute("aria-valuetext")).toBe("cerca de 45%, estimado");
  expect(screen.getByText("≈ 45%")).toBeDefined();
  rerender(<JobStepIndicator job={aJob(RUNNING)} />);
  expect(bar().getAttribute("aria-valuenow")).toBeNull();
});

// @acceptance 004:36, 004:334-341
test("a waiting job shows its place, counted down live, and that demand is high", () => {
  const { fake } = renderIn(<JobStepIndicator job={aJob({ id: "1" })} />);
  expect(screen.queryByText(/Posição/)).toBeNull();
  act(() => fake.position("1").set({ position: 2, exact: true, highDemand: true }));
  expect(screen.getByText("Posição: #2")).toBeDefined();
  expect(screen.getByText("Fila com alta demanda, já já!")).toBeDefined();
  act(() => fake.position("1").set({ position: 1001, exact: false, highDemand: false }));
  expect(screen.getByText("Posição: #1.001 ou depois")).toBeDefined();
  expect(screen.queryByText(/alta demanda/)).toBeNull();
});

test("a place is asked for only while it waits for its turn", () => {
  const { fake, rerender } = renderIn(<JobStepIndicator job={aJob({ id: "1" })} />);
  expect(fake.listeners.get("position:1")).toBe(1);
  rerender(<JobStepIndicator job={aJob({ id: "1", ...RUNNING })} />);
  expect(fake.listeners.get("position:1")).toBe(0);
  rerender(<JobStepIndicator job={aJob({ id: "1", run_at: "2026-11-27T09:00:00.000Z" })} />);
  expect(fake.listeners.get("position:1")).toBe(0);
  expect(screen.getByRole("status").textContent).toMatch(/^Agendado para /);
});

// @acceptance 004:37, 004:320, 004:405
test("an error is shown as it was said, with what it means below", () => {
  renderIn(<JobStepIndicator job={aJob(FAILED)} />, { language: "en" });
  expect(screen.getByText("VRAM overflow: image too large")).toBeDefined();
  expect(screen.getByText("Processing failed at the provider.")).toBeDefined();
  expect(screen.getByText("Failed at: Processing with AI")).toBeDefined();
});

test("who does not see it hears each step once, and not each percent or place", () => {
  const { rerender } = renderIn(<JobStepIndicator job={aJob({ ...RUNNING, progress: 10 })} />);
  const spoken = screen.getByRole("status").textContent;
  rerender(<JobStepIndicator job={aJob({ ...RUNNING, progress: 11 })} />);
  expect(screen.getByRole("status").textContent).toBe(spoken);
  expect(screen.getByRole("status").contains(screen.getByText("11%"))).toBe(false);
});
