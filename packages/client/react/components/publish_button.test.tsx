import { act, fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { GROUP_ID, publicationId } from "../../testing/publications_fixture.ts";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { PublishButton } from "./publish_button.tsx";

const WISH = { selectedOptions: ["instagram_feed", "x_post"], captions: { universal: "Olá" } };
const REJECTED = {
  platform: "x_post",
  code: "text_too_long",
  field: "captions.universal",
  message: "The text weighs 312.",
  details: { count: 312, maximum: 280 },
};

// @acceptance 003:41
test("a click enqueues, tells which options did not go, and why", async () => {
  const fake = fakeEsteira();
  const jobs = [{ job_id: publicationId(1), platform: "instagram_feed", status: "pending" as const }];
  const data = { jobs, totalEnqueued: 1, totalRequested: 2, groupId: GROUP_ID, rejected: [REJECTED] };
  const answer = { success: true, message: "", data };
  fake.answers.enqueue = () => Promise.resolve(answer);
  const onEnqueued = vi.fn();
  renderIn(<PublishButton wish={WISH} onEnqueued={onEnqueued} />, { fake });
  fireEvent.click(screen.getByRole("button", { name: "Publicar" }));
  await act(settle);
  expect(onEnqueued).toHaveBeenCalledWith(answer);
  expect(screen.getByRole("status").textContent).toBe("Na fila: 1 de 2");
  const alert = screen.getByRole("alert");
  expect(alert.textContent).toContain("X · Post");
  expect(alert.textContent).toContain("O texto é longo demais. 312 de no máximo 280.");
  expect(alert.textContent).toContain("The text weighs 312.");
});

test("where nothing was left, every reason is told all the same", async () => {
  const fake = fakeEsteira();
  fake.answers.enqueue = () =>
    Promise.reject(new EsteiraError("text_too_long", "Nothing was enqueued.", { rejected: [REJECTED] }));
  const onEnqueued = vi.fn();
  renderIn(<PublishButton wish={WISH} onEnqueued={onEnqueued} />, { fake, language: "en" });
  fireEvent.click(screen.getByRole("button", { name: "Publish" }));
  await act(settle);
  expect(screen.getByRole("alert").textContent).toContain("The text is too long. 312 of at most 280.");
  expect(onEnqueued).not.toHaveBeenCalled();
});

test("another refusal is told in words; a button that is off does nothing", async () => {
  const fake = fakeEsteira();
  fake.answers.enqueue = () => Promise.reject(new EsteiraError("insufficient_credits", "No."));
  const { rerender } = renderIn(<PublishButton wish={WISH} disabled />, { fake });
  fireEvent.click(screen.getByRole("button"));
  expect(fake.calls.filter(({ name }) => name === "enqueue")).toEqual([]);
  rerender(<PublishButton wish={WISH} />);
  fireEvent.click(screen.getByRole("button"));
  await act(settle);
  expect(screen.getByRole("alert").textContent).toBe("Créditos insuficientes.");
});
