import { createEvent, fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { aTool } from "../jobs_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { UploadDropzone, type UploadDropzoneProps } from "./upload_dropzone.tsx";

const png = (size = 8, name = "foto.png") => new File([new Uint8Array(size)], name, { type: "image/png" });
const data = (...files: File[]) => ({ files, types: ["Files"] });

/** jsdom knows no DragEvent. */
function leave(zone: HTMLElement, to: Element | null): void {
  const event = createEvent.dragLeave(zone, { dataTransfer: data(png()) });
  Object.defineProperty(event, "relatedTarget", { value: to });
  fireEvent(zone, event);
}

async function shown(props: Partial<UploadDropzoneProps> = {}) {
  const rule = { types: ["image/png", "image/jpeg"], max_bytes: 1_000_000, max_count: 1 };
  const fake = fakeEsteira({ tools: [aTool({ files: { image: rule } })] });
  const onUploaded = vi.fn();
  const onCleared = vi.fn();
  const { container } = renderIn(
    <UploadDropzone tool="upscaler" {...{ onUploaded, onCleared, ...props }} />,
    { fake },
  );
  await settle();
  const zone = container.querySelector(".esteira-dropzone") as HTMLElement;
  const input = screen.getByLabelText(/arquivo/i) as HTMLInputElement;
  const choose = (...files: File[]) => settle(() => fireEvent.change(input, { target: { files } }));
  return { fake, zone, input, choose, onUploaded, onCleared };
}

test("it says what the tool takes, to eyes, to readers and to the file dialog", async () => {
  const { input } = await shown();
  expect(screen.getByText("PNG, JPEG, até 1 MB")).toBeDefined();
  expect(input.accept).toBe("image/png,image/jpeg");
  expect(document.getElementById(input.getAttribute("aria-describedby") ?? "")?.textContent).toContain(
    "até 1 MB",
  );
});

test("a chosen file is uploaded, with progress, and its path handed out", async () => {
  const { fake, choose, onUploaded } = await shown();
  await choose(png());
  await settle(() => fake.uploads[0]?.progress(2));
  expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("25");
  await settle(() => fake.uploads[0]?.resolve("u/foto.png"));
  await settle();
  expect(screen.getByText("foto.png enviado")).toBeDefined();
  expect(onUploaded.mock.calls).toMatchObject([["u/foto.png", { name: "foto.png" }]]);
});

test("so is one that is dropped, and the zone shows that it would take it", async () => {
  const { fake, zone } = await shown();
  fireEvent.dragEnter(zone, { dataTransfer: data(png()) });
  expect(zone.dataset.state).toBe("over");
  leave(zone, zone.querySelector("label"));
  expect(zone.dataset.state).toBe("over");
  leave(zone, document.body);
  expect(zone.dataset.state).toBe("idle");
  await settle(() => fireEvent.drop(zone, { dataTransfer: data(png()) }));
  expect(zone.dataset.state).toBe("uploading");
  expect(fake.uploads).toHaveLength(1);
});

test("dragged text is no file", async () => {
  const { zone } = await shown();
  fireEvent.dragEnter(zone, { dataTransfer: { files: [], types: ["text/plain"] } });
  expect(zone.dataset.state).toBe("idle");
});

test("so is one that is pasted there; with pasteAnywhere also on the page, but not into a field", async () => {
  const { fake, zone } = await shown({ pasteAnywhere: true });
  await settle(() => fireEvent.paste(zone, { clipboardData: data(png()) }));
  await settle(() => fireEvent.paste(document.body, { clipboardData: data(png()) }));
  const field = document.body.appendChild(document.createElement("textarea"));
  await settle(() => fireEvent.paste(field, { clipboardData: data(png()) }));
  field.remove();
  expect(fake.uploads).toHaveLength(2);
});

test.each(
  [
    ["too large", [png(2_000_000)], "O arquivo tem 2 MB; o máximo é 1 MB."],
    [
      "of a wrong type",
      [new File(["%"], "a.pdf", { type: "application/pdf" })],
      "PDF não é aceito. Use PNG, JPEG.",
    ],
    ["of no known type", [new File(["x"], "a.HEIC")], ".heic não é aceito. Use PNG, JPEG."],
    ["empty", [png(0)], "O arquivo está vazio."],
    ["two at once", [png(), png()], "Envie um arquivo por vez."],
  ] as const,
)("a file that is %s is refused in words, before a byte is sent", async (_, files, words) => {
  const { fake, input, choose } = await shown();
  await choose(...files);
  expect(screen.getByRole("alert").textContent).toBe(words);
  expect(input.getAttribute("aria-invalid")).toBe("true");
  expect(fake.uploads).toEqual([]);
  await choose(png());
  expect(screen.queryByRole("alert")).toBeNull();
  expect(fake.uploads).toHaveLength(1);
});

test("an upload is cancelled, and the focus is back where another file is chosen", async () => {
  const { fake, input, choose, onUploaded } = await shown();
  await choose(png());
  await settle(() => fireEvent.click(screen.getByRole("button", { name: "Cancelar envio" })));
  expect(fake.uploads[0]?.options.signal?.aborted).toBe(true);
  expect(document.activeElement).toBe(input);
  expect(screen.queryByRole("alert")).toBeNull();
  expect(onUploaded).not.toHaveBeenCalled();
});

test("what fails is told, and that it goes on where it stopped", async () => {
  const { fake, choose } = await shown();
  await choose(png());
  await settle(() => fake.uploads[0]?.reject(Object.assign(new Error("full"), { code: "storage_full" })));
  await settle();
  expect(screen.getByRole("alert").textContent).toContain("Seu espaço de arquivos está cheio.");
});

test("another file in place of one that is there: the app is told that the first is not meant any more", async () => {
  const { fake, choose, onCleared } = await shown();
  await choose(png());
  await settle(() => fake.uploads[0]?.resolve("u/a.png"));
  await settle();
  expect(onCleared).not.toHaveBeenCalled();
  await choose(png(9, "outra.png"));
  expect(onCleared).toHaveBeenCalledTimes(1);
});

test("a document is taken by its name where the system does not know its type, and named as people know it", async () => {
  const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  const rule = { types: ["application/pdf", word], max_bytes: 1_000_000, max_count: 1 };
  const fake = fakeEsteira({ tools: [aTool({ files: { image: rule } })] });
  const { container } = renderIn(<UploadDropzone tool="upscaler" />, { fake });
  await settle();
  const input = container.querySelector("input[type=file]") as HTMLInputElement;
  const choose = (name: string) =>
    settle(() => fireEvent.change(input, { target: { files: [new File(["PK"], name, { type: "" })] } }));
  expect(screen.getByText("PDF, DOCX, até 1 MB")).toBeDefined();
  await choose("planilha.xlsx");
  expect(fake.uploads.length).toBe(0);
  await choose("Relatório.DOCX");
  expect(fake.uploads.length).toBe(1);
});
