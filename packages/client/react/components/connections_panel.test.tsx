import { act, fireEvent, screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { aConnection, aCreator } from "../../testing/publications_fixture.ts";
import { fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import { ConnectionsPanel } from "./connections_panel.tsx";

function withConnections(...connections: ReturnType<typeof aConnection>[]) {
  const fake = fakeEsteira();
  fake.connections.set(ready(connections));
  return fake;
}

test("it says how each account stands and what may still be posted with it", () => {
  const full = { used: 100, total: 100, windowSeconds: 900, resetsAt: null, source: "ours" as const };
  const fake = withConnections(
    aConnection(),
    aConnection({ id: "c2", platform: "x", display_name: null, external_id: "42", limit: full }),
  );
  renderIn(<ConnectionsPanel />, { fake });
  const [first, second] = screen.getAllByRole("listitem");
  expect(first?.textContent).toContain("farol.da.barraInstagramConectadaAinda 47 de 50 posts em 24 h");
  expect(second?.textContent).toContain("42XConectadaNenhum post a mais por enquanto (pela nossa contagem)");
});

test("connecting sends the browser to sign in, and back to this page", async () => {
  const open = vi.fn();
  const { fake } = renderIn(<ConnectionsPanel open={open} redirectTo="https://app.example/back" />, {
    fake: withConnections(),
  });
  fireEvent.click(screen.getByRole("button", { name: "Conectar X" }));
  await act(settle);
  expect(fake.calls).toEqual([{
    name: "connections.start",
    args: ["x", { redirectTo: "https://app.example/back" }],
  }]);
  expect(open).toHaveBeenCalledWith("https://x.example/authorize");
});

test("an account that has lost its access is reconnected; disconnecting asks first", async () => {
  const open = vi.fn();
  const fake = withConnections(
    aConnection({ state: "reconnect_needed", state_message: "Session has expired." }),
  );
  renderIn(<ConnectionsPanel open={open} />, { fake });
  expect(screen.getByText("Session has expired.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Reconectar" }));
  await act(settle);
  expect(open).toHaveBeenCalledWith("https://instagram.example/authorize");

  fireEvent.click(screen.getByRole("button", { name: "Desconectar" }));
  fireEvent.click(screen.getByRole("button", { name: "Manter" }));
  fireEvent.click(screen.getByRole("button", { name: "Desconectar" }));
  fireEvent.click(screen.getByRole("button", { name: "Desconectar mesmo assim" }));
  await act(settle);
  const asked = fake.calls.filter(({ name }) => name === "connections.disconnect");
  expect(asked).toEqual([{ name: "connections.disconnect", args: [aConnection().id] }]);
});

test("one that does not answer when it is checked says so", async () => {
  const fake = withConnections(aConnection());
  fake.answers.connection = () => Promise.reject(new EsteiraError("platform_unavailable", "503"));
  renderIn(<ConnectionsPanel />, { fake });
  fireEvent.click(screen.getByRole("button", { name: "Verificar agora" }));
  await act(settle);
  expect(screen.getByRole("alert").textContent).toBe("A plataforma não responde no momento. Tente de novo.");
});

test("whoever comes back with several accounts chooses, page by page", async () => {
  const fake = withConnections();
  const account = (n: number, isConnected = false) => ({
    externalId: String(n),
    displayName: `conta${n}`,
    avatarUrl: null,
    of: null,
    isConnected,
  });
  fake.answers.choices = (_, { cursor } = {}) =>
    Promise.resolve({
      platform: "instagram",
      accounts: cursor ? [account(3)] : [account(1, true), account(2)],
      nextCursor: cursor ? null : "next",
    });
  renderIn(<ConnectionsPanel returned={RETURNED} />, { fake });
  await act(settle);
  const choices = within(screen.getByRole("group", { name: "Qual conta do Instagram?" }));
  expect(choices.getByText("Já conectada")).toBeTruthy();
  fireEvent.click(choices.getByRole("button", { name: "Mostrar mais contas" }));
  await act(settle);
  fireEvent.click(choices.getByRole("button", { name: "Conectar: conta3" }));
  await act(settle);
  expect(fake.calls.filter(({ name }) => name === "connections.choose")).toEqual([
    { name: "connections.choose", args: ["choice-1", "3"] },
  ]);
  expect(choices.getAllByText("Já conectada").length).toBe(2);
  fireEvent.click(choices.getByRole("button", { name: "Pronto" }));
  expect(screen.queryByText("Qual conta do Instagram?")).toBeNull();
});

test("one account is only confirmed, and that is all; where there is none it is said why", async () => {
  const fake = withConnections();
  fake.answers.choices = () =>
    Promise.resolve({
      platform: "x",
      accounts: [{ externalId: "1", displayName: "ana", avatarUrl: null, of: null, isConnected: false }],
      nextCursor: null,
    });
  const { unmount } = renderIn(<ConnectionsPanel returned={RETURNED} />, { fake, language: "en" });
  await act(settle);
  expect(screen.getByText("Connect this X account?")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Connect: ana" }));
  await act(settle);
  expect(screen.queryByText("Connect this X account?")).toBeNull();
  unmount();
  renderIn(<ConnectionsPanel returned={NONE} />, { fake, language: "en" });
  await act(settle);
  expect(screen.getByRole("alert").textContent).toContain("No account that may publish.");
});

const NONE = { error: "no_accounts" };
const RETURNED = { choice: "choice-1" };

test("what came of signing in is read off the address, told, and taken away from it", async () => {
  history.replaceState(null, "", "/?a=1&error=sign_in_refused#/publish");
  renderIn(<ConnectionsPanel />, { fake: withConnections() });
  await act(settle);
  expect(screen.getByRole("alert").textContent).toBe(
    "A conta não foi conectada. A entrada na plataforma foi recusada ou cancelada.",
  );
  expect(location.search + location.hash).toBe("?a=1#/publish");
  history.replaceState(null, "", "/");
});

test("a connection that was just made is greeted by its name", async () => {
  history.replaceState(null, "", `/?connection=${aConnection().id}`);
  renderIn(<ConnectionsPanel />, { fake: withConnections(aConnection()), language: "en" });
  await act(settle);
  expect(screen.getByText("farol.da.barra is connected.")).toBeTruthy();
  history.replaceState(null, "", "/");
});

test("what can be posted on TikTok is asked for when somebody wants to know it", async () => {
  const fake = withConnections(
    aConnection({ id: "c1", platform: "tiktok", display_name: "farol", limit: null }),
    aConnection({ id: "c2", platform: "tiktok", state: "revoked", limit: null }),
    aConnection(),
  );
  fake.answers.creator = () => Promise.resolve(aCreator({ isStitchDisabled: true, maxVideoSeconds: 300 }));
  renderIn(<ConnectionsPanel />, { fake, language: "en" });
  const asked = () =>
    fake.calls.filter(({ name }) => name === "connections.creator").map(({ args }) => args[0]);
  expect(asked()).toEqual([]);
  const details = document.querySelectorAll("details");
  expect(details.length).toBe(1);
  const [first] = details;
  if (!first) throw new Error("there is none");
  first.open = true;
  fireEvent(first, new Event("toggle"));
  await act(settle);
  expect(new Set(asked())).toEqual(new Set(["c1"]));
  const said = first.textContent ?? "";
  expect(said).toContain("Posting asFarol da Barra@faroldabarra");
  expect(said).toContain("Everyone, Friends, Only me (chosen anew for each post)");
  expect(said).toContain("Stitch (switched off in the account)");
  expect(said).toContain("Duet (off until you switch it on)");
  expect(said).toContain("Videos up to 5 min");
  expect(said).toContain("By posting, you agree to TikTok's Music Usage Confirmation.");
});
