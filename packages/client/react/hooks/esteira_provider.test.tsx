import { act, render, screen } from "@testing-library/react";
import { StrictMode } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import type { Esteira } from "../../api/esteira.ts";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { EsteiraProvider } from "./esteira_provider.tsx";
import { expectErrors } from "../testing/expect_errors.ts";
import { useConnection } from "./use_connection.ts";
import { useEsteira } from "./surroundings_context.ts";

const made: { supabase: unknown; client: Esteira; isClosed: boolean }[] = [];
vi.mock("../../index.ts", () => ({
  createEsteira(supabase: unknown) {
    const entry = { supabase, client: fakeEsteira().client, isClosed: false };
    entry.client.close = () => {
      entry.isClosed = true;
    };
    made.push(entry);
    return entry.client;
  },
}));
beforeEach(() => {
  made.length = 0;
  vi.useFakeTimers();
});
const later = () => act(() => vi.advanceTimersByTimeAsync(10));

function Shown() {
  return <p>{useConnection().status}</p>;
}
const app = (supabase: object) => (
  <StrictMode>
    <EsteiraProvider supabase={supabase as never}>
      <Shown />
    </EsteiraProvider>
  </StrictMode>
);

test("it makes one client for its lifetime, StrictMode or not, and closes it in the end", async () => {
  const supabase = {};
  const { rerender, unmount } = render(app(supabase));
  await later();
  rerender(app(supabase));
  await later();
  expect(made.filter(({ isClosed }) => !isClosed)).toHaveLength(1);
  expect(screen.getByText("live")).toBeDefined();
  expect(made).toHaveLength(1);
  unmount();
  await later();
  expect(made[0]?.isClosed).toBe(true);
});

test("another supabase is another client; the first one is closed", async () => {
  const { rerender } = render(app({}));
  await later();
  rerender(app({}));
  await later();
  expect(made.map(({ isClosed }) => isClosed)).toEqual([true, false]);
});

test("a client of the app's own is not closed", async () => {
  const fake = fakeEsteira();
  const { unmount } = render(
    <EsteiraProvider client={fake.client}>
      <Shown />
    </EsteiraProvider>,
  );
  unmount();
  await later();
  expect(fake.calls).toEqual([]);
  expect(made).toEqual([]);
});

test("two providers of one supabase share a client, which lives until both are gone", async () => {
  const supabase = {};
  const [one, two] = [render(app(supabase)), render(app(supabase))];
  one.unmount();
  await later();
  expect(made.map(({ isClosed }) => isClosed)).toEqual([false]);
  two.unmount();
  await later();
  expect(made.map(({ isClosed }) => isClosed)).toEqual([true]);
  render(app(supabase));
  expect(made.map(({ isClosed }) => isClosed)).toEqual([true, false]);
});

test("a hook without a provider says what is missing", () => {
  expectErrors();
  function Lost() {
    useEsteira();
    return null;
  }
  expect(() => render(<Lost />)).toThrow("There is no <EsteiraProvider> above this component.");
});
