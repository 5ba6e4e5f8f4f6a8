import { act, fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { aPublication, GROUP_ID, publicationId } from "../../testing/publications_fixture.ts";
import { fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { PublicationList } from "./publication_list.tsx";

test("a group tells how it stands as a whole, and each of its publications how it does", () => {
  const fake = fakeEsteira();
  const store = fake.publications({ group: GROUP_ID });
  renderIn(<PublicationList of={{ group: GROUP_ID }} />, { fake });
  expect(screen.getByText("Carregando…")).toBeTruthy();
  const two = [
    aPublication({ status: "processing" }),
    aPublication({ id: publicationId(2), status: "completed" }),
  ];
  act(() => store.set(ready({ publications: two, hasMore: false })));
  expect(screen.getAllByRole("article").length).toBe(2);
  expect(screen.getByText(/1 de 2 publicadas/).getAttribute("data-state")).toBe("publishing");
});

test("nothing yet is said so, in one's own words too; older ones are asked for", () => {
  const fake = fakeEsteira();
  const { rerender } = renderIn(<PublicationList />, { fake, language: "en" });
  act(() => fake.publications().set(ready({ publications: [], hasMore: false })));
  expect(screen.getByText("Nothing published yet.")).toBeTruthy();
  rerender(<PublicationList empty={<p>Go on!</p>} />);
  expect(screen.getByText("Go on!")).toBeTruthy();
  act(() => fake.publications().set(ready({ publications: [aPublication()], hasMore: true })));
  fireEvent.click(screen.getByRole("button", { name: "Show more" }));
  expect(fake.calls.at(-1)?.name).toBe("more");
});
