import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { failed, fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { aJob, anOutput, aTool } from "../jobs_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { JobCard } from "./job_card.tsx";

const COMPLETED = { status: "completed", current_step: "completed" } as const;
const FAILED = { status: "failed", current_step: "failed", failed_at_step: "running" } as const;
const image = (signedUrl: string | null, path = "u/j/1.png") => ({
  path,
  content_type: "image/png",
  signedUrl,
});
const button = (name: string) => screen.getByRole("button", { name });

test("a job is called by its tool's title, in the language of the screen", async () => {
  const fake = fakeEsteira({ tools: [aTool()] });
  renderIn(<JobCard job={aJob()} />, { fake });
  expect(screen.getByRole("heading").textContent).toBe("Upscaler");
  await settle();
  expect(screen.getByRole("heading").textContent).toBe("Ampliador");
});

test("its result is an image with words, a video, a sound or a file, each to download", () => {
  const files = [
    image("https://x/1.png"),
    { path: "u/j/2.mp4", content_type: "video/mp4", signedUrl: "https://x/2.mp4" },
    { path: "u/j/3.wav", content_type: "audio/wav", signedUrl: "https://x/3.wav" },
    { path: "u/j/4.zip", content_type: "application/zip", signedUrl: "https://x/4.zip" },
  ];
  const { container } = renderIn(
    <JobCard job={aJob({ ...COMPLETED, output: anOutput(files) })} title="Foto" />,
  );
  expect(screen.getByAltText("Resultado 1 de 4: Upscaler").getAttribute("src")).toBe("https://x/1.png");
  expect(container.querySelector("video")?.getAttribute("src")).toBe("https://x/2.mp4");
  expect(container.querySelector("audio")?.getAttribute("src")).toBe("https://x/3.wav");
  expect(screen.getByText("4.zip · 1,2 MB")).toBeDefined();
  expect(screen.getAllByRole("link", { name: /^Baixar/ })).toHaveLength(4);
});

test("a completed job of a list is read for addresses that its files can be shown from", async () => {
  const { fake } = renderIn(
    <JobCard job={aJob({ id: "1", ...COMPLETED, output: anOutput([image(null)]) })} />,
  );
  expect(screen.getByText("Carregando o resultado…")).toBeDefined();
  const read = aJob({ id: "1", ...COMPLETED, output: anOutput([image("https://x/1.png")]) });
  await settle(() => fake.job("1").set(ready(read)));
  expect(screen.getByRole("img").getAttribute("src")).toBe("https://x/1.png");
});

test("an address that has run out is asked for anew, once", () => {
  const { fake } = renderIn(
    <JobCard job={aJob({ id: "1", ...COMPLETED, output: anOutput([image("https://x/old")]) })} />,
  );
  fireEvent.error(screen.getByRole("img"));
  fireEvent.error(screen.getByRole("img"));
  expect(fake.calls.filter(({ name }) => name === "get")).toEqual([{ name: "get", args: ["1"] }]);
});

test.each(
  [
    ["paid", "Créditos devolvidos."],
    ["due", "A devolução dos créditos está sendo verificada."],
    ["withheld", "Os créditos não foram devolvidos: o processamento já tinha sido cobrado."],
  ] as const,
)("what became of the price is said honestly: %s", (refund, words) => {
  renderIn(<JobCard job={aJob({ ...FAILED, refund })} />);
  expect(screen.getByText(words)).toBeDefined();
});

test("a job is cancelled at once where its credits come back", async () => {
  const { fake } = renderIn(<JobCard job={aJob({ id: "1" })} />);
  await settle(() => fireEvent.click(button("Cancelar")));
  expect(fake.calls).toContainEqual({ name: "cancel", args: ["1"] });
});

test("where they do not, it asks first, and going on is the easy way", async () => {
  const { fake } = renderIn(<JobCard job={aJob({ id: "1", refundable: false })} />);
  fireEvent.click(button("Cancelar"));
  expect(screen.getByText("Já está sendo processado: cancelar agora não devolve os créditos.")).toBeDefined();
  expect(document.activeElement).toBe(button("Continuar"));
  fireEvent.click(button("Continuar"));
  expect(fake.calls.some(({ name }) => name === "cancel")).toBe(false);
  fireEvent.click(button("Cancelar"));
  await settle(() => fireEvent.click(button("Cancelar mesmo assim")));
  expect(fake.calls).toContainEqual({ name: "cancel", args: ["1"] });
});

test("a refused cancel is told in words, and the button is there again", async () => {
  const { fake } = renderIn(<JobCard job={aJob({ id: "1" })} />);
  fake.answers.cancel = () =>
    Promise.reject(Object.assign(new Error("finishing"), { code: "job_finishing" }));
  await settle(() => fireEvent.click(button("Cancelar")));
  expect(screen.getByRole("alert").textContent).toBe(
    "O resultado já está chegando: não dá mais para cancelar.",
  );
  expect(button("Cancelar")).toBeDefined();
});

// @acceptance 004:350b
test("a failed job is done again by one click, however often it is clicked", async () => {
  const onRetried = vi.fn();
  const { fake } = renderIn(<JobCard job={aJob({ id: "1", ...FAILED })} onRetried={onRetried} />);
  await settle(() => {
    fireEvent.click(button("Tentar Novamente"));
    fireEvent.click(screen.getByRole("button", { name: /Tenta/ }));
  });
  expect(fake.calls.filter(({ name }) => name === "retry")).toEqual([{ name: "retry", args: ["1"] }]);
  expect(onRetried).toHaveBeenCalledTimes(1);
});

// @acceptance 004:350a
test("details open in a dialog, or in the app's own way", () => {
  const onDetails = vi.fn();
  const { rerender } = renderIn(<JobCard job={aJob({ id: "1" })} />);
  fireEvent.click(button("Ver Detalhes"));
  expect(screen.getByRole("dialog", { name: "Detalhes do job" })).toBeDefined();
  fireEvent.click(button("Fechar"));
  expect(screen.queryByRole("dialog")).toBeNull();
  rerender(<JobCard job={aJob({ id: "1" })} onDetails={onDetails} />);
  fireEvent.click(button("Ver Detalhes"));
  expect(onDetails).toHaveBeenCalledTimes(1);
});

test("what is being created has no buttons yet: there is nothing to ask for", () => {
  renderIn(<JobCard job={aJob({ isCreating: true })} />);
  expect(screen.queryAllByRole("button")).toEqual([]);
});

test("a job by its id is loading, there, or gone", async () => {
  const { fake } = renderIn(<JobCard job="1" />);
  expect(screen.getByText("Carregando…")).toBeDefined();
  await settle(() => fake.job("1").set(ready(aJob({ id: "1" }))));
  expect(screen.getByText("Aguardando na fila")).toBeDefined();
  await settle(() => fake.job("1").set(failed(new Error("not found"))));
  expect(screen.getByText("Este trabalho não existe mais.")).toBeDefined();
});

test("without a provider it shows, and offers nothing", () => {
  render(<JobCard job={aJob(FAILED)} />);
  expect(screen.getByText("Erro no processamento")).toBeDefined();
  expect(screen.queryAllByRole("button")).toEqual([]);
});
