/** Where no WebSocket comes through, as behind some proxies. */
import assert from "node:assert/strict";
import { browserTest } from "./in_browser.ts";
import { openTab } from "./tab.ts";
import { signIn } from "./sign_in.ts";

// @acceptance 002:506-509, 002:594, 002:595, 002:596
browserTest(
  "without a WebSocket the screen says that it polls, and the image is there all the same",
  async (world) => {
    const { browser, url } = world;
    const person = await world.person();
    const context = await browser.newContext({ locale: "pt-BR", viewport: { width: 1360, height: 900 } });
    await context.routeWebSocket(/\/realtime\//, (socket) => void socket.close({ code: 1011, reason: "no" }));
    const { page, lines } = await openTab(context, `${url}/#/canvas`);
    await signIn(page, person);
    await page.locator(".esteira-connection[data-status=polling]").waitFor();

    await page.getByRole("button", { name: "Criar um quadro" }).click();
    await page.getByRole("button", { name: "Gerar" }).click();
    await page.waitForFunction(
      `[...document.querySelectorAll(".node-picture img")].some(({ naturalWidth }) => naturalWidth > 0)`,
    );
    await page.locator(".queue-list .esteira-card[data-status=completed]").waitFor();
    assert.ok(lines.some((line) => line.startsWith("[POLLING] Starting fallback polling")), lines.join("\n"));
  },
);
