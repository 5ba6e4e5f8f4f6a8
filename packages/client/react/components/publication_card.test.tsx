import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Publication } from "../../../../shared/rows/publication.ts";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { aConnection, aPublication, publicationId } from "../../testing/publications_fixture.ts";
import { fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { PublicationCard } from "./publication_card.tsx";

const UNKNOWN: Partial<Publication> = {
  status: "failed",
  error_code: "outcome_unknown",
  error_message: "The answer was lost.",
  refund: "due",
  committed_at: "2026-11-26T12:00:10.000Z",
};
const buttons = () => screen.queryAllByRole("button").map(({ textContent }) => textContent);

test("who has looked says what they saw, and nobody may do it again before", async () => {
  const { fake } = renderIn(<PublicationCard publication={aPublication(UNKNOWN)} />);
  expect(screen.getByRole("status").textContent).toBe("Não se sabe se foi publicada");
  expect(buttons()).toEqual(["Olhei: está lá", "Olhei: não está lá"]);
  fireEvent.click(screen.getByRole("button", { name: "Olhei: não está lá" }));
  await act(settle);
  expect(fake.calls).toEqual([{ name: "publications.resolve", args: [publicationId(1), "not_there"] }]);
});

test("once it is said that it is there, it is not done again; that it is not there, it may be", () => {
  const { rerender } = renderIn(
    <PublicationCard publication={aPublication({ ...UNKNOWN, resolved: "there" })} />,
  );
  expect(buttons()).toEqual([]);
  rerender(
    <PublicationCard publication={aPublication({ ...UNKNOWN, resolved: "not_there", refund: "paid" })} />,
  );
  expect(buttons()).toEqual(["Tentar Novamente"]);
  expect(screen.getByText("Créditos devolvidos.")).toBeTruthy();
});

test("it is cancelled until its commit, and not after", () => {
  const { rerender } = renderIn(<PublicationCard publication={aPublication({ status: "processing" })} />);
  expect(buttons()).toEqual(["Cancelar"]);
  const committed = { status: "processing", committed_at: "2026-11-26T12:00:10.000Z" } as const;
  rerender(<PublicationCard publication={aPublication(committed)} />);
  expect(buttons()).toEqual([]);
  expect(screen.getByRole("status").textContent).toBe("Conferindo na plataforma…");
});

test("why it waits, what is odd about it, where it is", () => {
  const fake = fakeEsteira();
  fake.connections.set(ready([aConnection()]));
  const { rerender, container } = renderIn(
    <PublicationCard publication={aPublication({ hold: "posting_limit" })} />,
    {
      fake,
    },
  );
  expect(screen.getByText("Espera vaga no limite de posts da plataforma.")).toBeTruthy();
  expect(screen.getByText("farol.da.barra")).toBeTruthy();
  rerender(<PublicationCard publication={aPublication({ hold: "something_new" })} />);
  expect(screen.getByText("something_new")).toBeTruthy();
  rerender(
    <PublicationCard
      publication={aPublication({
        status: "completed",
        permalink: "https://www.example.com/p/1",
        warnings: [{ code: "thumbnail_refused", message: "No cover." }],
        steps: [{ step: "commit", name: "media_publish", timestamp: "2026-11-26T12:00:10.000Z" }],
      })}
    />,
  );
  expect(screen.getByText("No cover.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Ver no Instagram" }).getAttribute("href")).toBe(
    "https://www.example.com/p/1",
  );
  expect(container.querySelector("summary")?.textContent).toBe("1 etapa");
  expect(container.querySelector("ol")?.textContent).toContain("Publicaçãomedia publish");
});

test("a failed one is done again, and what that came to is handed on; a refusal is told", async () => {
  const fake = fakeEsteira();
  const onRetried = vi.fn();
  const failed = aPublication({ status: "failed", error_code: "media_refused", error_message: "Too large." });
  renderIn(<PublicationCard publication={failed} onRetried={onRetried} />, { fake, language: "en" });
  expect(screen.getByText("Too large.")).toBeTruthy();
  fake.answers.publication = () => Promise.reject(new EsteiraError("duplicate_content", "Again?"));
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await act(settle);
  expect(screen.getByRole("alert").textContent).toBe(
    "The same content went to this account within the last 24 hours.",
  );
  fake.answers.publication = () => Promise.resolve(aPublication({ id: publicationId(2) }));
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await act(settle);
  expect(onRetried.mock.calls[0]?.[0].id).toBe(publicationId(2));
});

test("without a provider it is shown all the same, without buttons that could do nothing", () => {
  render(<PublicationCard publication={aPublication(UNKNOWN)} />);
  expect(screen.getByText("The answer was lost.")).toBeTruthy();
  expect(buttons()).toEqual([]);
});

test("a draft for TikTok is not called published: it waits to be finished there", () => {
  const draft = aPublication({
    platform: "tiktok",
    option: "tiktok_video",
    status: "completed",
    warnings: [{ code: "finish_in_tiktok", message: "It lies in the creator's TikTok inbox" }],
  });
  const { container } = renderIn(<PublicationCard publication={draft} />, { language: "en" });
  expect(screen.getByRole("status").textContent).toBe("In your TikTok inbox: finish and post it there");
  expect(container.querySelector(".esteira-publication-warnings")).toBeNull();
});

test("what is odd about a success is told by what it means, then as it was said", () => {
  const odd = aPublication({
    status: "completed",
    warnings: [
      { code: "thumbnail_refused", message: "The thumbnail is 5 MB" },
      { code: "odd", message: "Something else" },
    ],
  });
  renderIn(<PublicationCard publication={odd} />);
  expect(screen.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "Está lá, sem a capa escolhida.The thumbnail is 5 MB",
    "Something else",
  ]);
});
