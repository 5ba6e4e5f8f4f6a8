import { act, render } from "@testing-library/react";
import axe from "axe-core";
import { StrictMode, version } from "react";
import { expect, test } from "vitest";
import { Frame } from "./frame.tsx";
import { STATES } from "./states.tsx";

const NO_LAYOUT = { rules: { "color-contrast": { enabled: false } } }; // jsdom draws nothing; a browser's test looks

/** One language a React: both are heard in a run of both. */
const language = version.startsWith("18.") ? "en" : "pt-BR";

test.each(STATES.map((state) => ({ state, name: state.name })))(
  `axe finds nothing in $name, in ${language}`,
  async ({ state }) => {
    const { container } = render(
      <StrictMode>
        <main>
          <Frame state={state} language={language} />
        </main>
      </StrictMode>,
    );
    await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
    expect(container.querySelector(".esteira")).not.toBeNull();
    const { violations } = await axe.run(container, NO_LAYOUT);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual(
      [],
    );
  },
);

test("no two states share a name", () => {
  const names = STATES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("axe finds what is wrong", async () => {
  const { container } = render(
    <main>
      <button type="button" />
      <img src="a.png" />
    </main>,
  );
  const { violations } = await axe.run(container, NO_LAYOUT);
  expect(violations.map(({ id }) => id).sort()).toEqual(["button-name", "image-alt"]);
});
