import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { act, render, screen } from "@testing-library/react";
import { StrictMode } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import type { Esteira } from "../../api/esteira.ts";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { expectErrors } from "../testing/expect_errors.ts";
import { EsteiraProvider } from "./esteira_provider.tsx";
import { useEsteira } from "./surroundings_context.ts";

/** Every client that was ever shown, and whether it was closed. */
let made: { client: Esteira; isClosed: boolean }[];
let shown: Set<Esteira>;
beforeEach(() => {
  made = [];
  shown = new Set();
  vi.useFakeTimers();
});
const later = () => act(() => vi.advanceTimersByTimeAsync(10));
const aProject = () => createClient("http://127.0.0.1:1", "key", { auth: { persistSession: false } });

function Shown() {
  const client = useEsteira();
  if (!shown.has(client)) {
    shown.add(client);
    const entry = { client, isClosed: false };
    made.push(entry);
    const { close } = client;
    client.close = () => {
      entry.isClosed = true;
      close();
    };
  }
  return <p>{client.connection.getServerSnapshot().status}</p>;
}
const app = (supabase: SupabaseClient) => (
  <StrictMode>
    <EsteiraProvider supabase={supabase}>
      <Shown />
    </EsteiraProvider>
  </StrictMode>
);

test("it makes one client for its lifetime, StrictMode or not, and closes it in the end", async () => {
  const supabase = aProject();
  const { rerender, unmount } = render(app(supabase));
  await later();
  rerender(app(supabase));
  await later();
  expect(made.filter(({ isClosed }) => !isClosed)).toHaveLength(1);
  expect(screen.getByText("catching_up")).toBeDefined();
  expect(made).toHaveLength(1);
  unmount();
  await later();
  expect(made[0]?.isClosed).toBe(true);
});

test("another supabase is another client; the first one is closed", async () => {
  const { rerender } = render(app(aProject()));
  await later();
  rerender(app(aProject()));
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
  expect(made).toMatchObject([{ client: fake.client, isClosed: false }]);
});

test("two providers of one supabase share a client, which lives until both are gone", async () => {
  const supabase = aProject();
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
