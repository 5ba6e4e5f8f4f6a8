/**
 * The console in a real browser, before one world for all of these checks: ESTEIRA_CONSOLE_JOBS jobs (2,000 by default;
 * 100,000 in `npm run test:long`). Where there is no browser they are skipped and say so.
 */
import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../../scripts/install/chromium.ts";
import { addressesAreShared } from "./checks/addresses.ts";
import { accessibleEverywhere } from "./checks/accessible.ts";
import { craftedRequestsChangeNothing } from "./checks/crafted_requests.ts";
import { everyScreenOpens } from "./checks/every_screen.ts";
import { keyboardAlone } from "./checks/keyboard.ts";
import { payloadsAreMasked } from "./checks/masked.ts";
import { pausedUpdatesAskNothing } from "./checks/paused.ts";
import { tokensAreRenewed } from "./checks/tokens.ts";
import { whoHasNoRoleIsTold } from "./checks/without_role.ts";
import { type ConsoleWorld, startConsoleWorld } from "./console_world.ts";
import type { Check } from "./visit.ts";

const JOBS = Number(Deno.env.get("ESTEIRA_CONSOLE_JOBS") ?? 2_000);

const found = await findChromium();
if ("missing" in found) console.warn(`Skipped, for want of a browser: ${found.missing}`);

let world: ConsoleWorld;
let browser: Browser;

Deno.test.beforeAll(async () => {
  if ("missing" in found) return;
  [world, browser] = await Promise.all([
    startConsoleWorld(JOBS),
    chromium.launch({ executablePath: found.path }),
  ]);
});
Deno.test.afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const CHECKS: Readonly<Record<string, Check>> = {
  "each screen opens with what it is about, for an admin and for support": everyScreenOpens,
  "who has no role is told so, and who is not signed in is asked": whoHasNoRoleIsTold,
  "support sees no payload, and is offered what it may do alone": payloadsAreMasked,
  "an address brings the same view to whoever opens it, and the way back leads back": addressesAreShared,
  "everything is reached by the keyboard alone": keyboardAlone,
  "in either language and theme axe finds nothing, and on a phone nothing scrolls sideways":
    accessibleEverywhere,
  "a token that ends is renewed, and who cannot renew it comes back to where they were": tokensAreRenewed,
  "while updates are paused nothing is asked for": pausedUpdatesAskNothing,
  "who crafts requests by hand changes nothing": craftedRequestsChangeNothing,
};
for (const [name, check] of Object.entries(CHECKS)) {
  Deno.test({
    name,
    ignore: "missing" in found,
    // The world and the browser are all checks', and go on when one of them is over.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: (t) => check({ ...world, browser, t }),
  });
}
