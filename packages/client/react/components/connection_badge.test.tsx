import { act, fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { renderIn } from "../testing/render_in.tsx";
import { ConnectionBadge } from "./connection_badge.tsx";

const words = () => screen.getByRole("status").textContent;

// @acceptance 002:596
test("it says how the screen learns of changes, and offers to connect anew where that may help", () => {
  const { fake } = renderIn(<ConnectionBadge />);
  expect(words()).toBe("Ao vivo");
  expect(screen.queryByRole("button")).toBeNull();
  act(() => fake.connection.set({ status: "polling", since: 0, reason: "CHANNEL_ERROR: no", via: null }));
  expect(words()).toBe("Atualizando a cada 5 s");
  expect(screen.getByRole("status").title).toContain("CHANNEL_ERROR: no");
  fireEvent.click(screen.getByRole("button", { name: "Reconectar" }));
  expect(fake.calls.at(-1)?.name).toBe("connection.retry");
});

test("a quiet one shows itself only when something is amiss", () => {
  const { fake } = renderIn(<ConnectionBadge quiet />, { language: "en" });
  expect(words()).toBe("");
  act(() => fake.connection.set({ status: "offline", since: 0, reason: "no network", via: null }));
  expect(words()).toBe("Offline");
});
