/**
 * Tabs of one window, of which one is in front and the others are hidden, as for a person. Playwright tells each of its
 * pages that it is looked at, and a page that is looked at is never frozen; so these are driven by the browser's own protocol.
 */
import type { Browser, CDPSession } from "playwright-core";
import { eventually } from "@esteira/local-supabase/testing";
import type { Person } from "./app_world.ts";
import { PATIENCE_MS } from "./tab.ts";

export interface BackgroundTab {
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until an expression is true in the page. */
  shows(expression: string, what: string): Promise<void>;
  /** Brings it to the front; the others are hidden then. */
  front(): Promise<void>;
  /** Stops all that runs in it, as browsers do with a tab that has been hidden for a while. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** A window of a fresh profile; what it returns opens a tab in it. */
export async function openWindow(browser: Browser): Promise<(address: string) => Promise<BackgroundTab>> {
  const devtools = await browser.newBrowserCDPSession();
  const { browserContextId } = await devtools.send("Target.createBrowserContext");
  const ask = messenger(devtools);
  return async (address) => {
    const { targetId } = await devtools.send("Target.createTarget", { url: "about:blank", browserContextId });
    const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: false });
    const send = (method: string, params = {}) => ask(sessionId, method, params);
    const tab = tabOf(send, () => devtools.send("Target.activateTarget", { targetId }));
    await send("Emulation.setLocaleOverride", { locale: "pt-BR" });
    await send("Page.navigate", { url: address });
    await tab.front();
    await tab.shows(`document.querySelector("h1") !== null`, "the page");
    return tab;
  };
}

type Send = (method: string, params?: Record<string, unknown>) => Promise<Record<string, unknown>>;

function tabOf(send: Send, activate: () => Promise<unknown>): BackgroundTab {
  const evaluate = async <T>(expression: string) => {
    const answer = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    const { result, exceptionDetails } = answer as { result: { value: T }; exceptionDetails?: unknown };
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  };
  return {
    evaluate,
    shows: async (expression, what) =>
      void await eventually(async () => await evaluate(expression) || undefined, {
        what,
        timeoutMs: PATIENCE_MS,
      }),
    front: async () => void await activate(),
    freeze: async () => void await send("Page.setWebLifecycleState", { state: "frozen" }),
    thaw: async () => void await send("Page.setWebLifecycleState", { state: "active" }),
  };
}

/** Asks a target through the browser's own session. */
function messenger(devtools: CDPSession) {
  const waiting = new Map<number, (answer: Record<string, unknown>) => void>();
  devtools.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result, error } = JSON.parse(message);
    waiting.get(id)?.(result ?? { error });
    waiting.delete(id);
  });
  let last = 0;
  return async (sessionId: string, method: string, params: Record<string, unknown>) => {
    const id = ++last;
    const answer = new Promise<Record<string, unknown>>((resolve) => waiting.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    await devtools.send("Target.sendMessageToTarget", { sessionId, message });
    return await answer;
  };
}

/** Fills in the app's form. */
export async function signInAs(tab: BackgroundTab, { email, password }: Person): Promise<void> {
  await tab.shows(`document.querySelector("form.sign-in") !== null`, "the form");
  await tab.evaluate(`{
    const form = document.querySelector("form.sign-in");
    form.email.value = ${JSON.stringify(email)};
    form.password.value = ${JSON.stringify(password)};
    form.requestSubmit();
  }`);
}
