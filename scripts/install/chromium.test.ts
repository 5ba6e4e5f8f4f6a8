import assert from "node:assert/strict";
import { findChromium, type Machine } from "./chromium.ts";

const DEBIAN = "/usr/bin/chromium";

/** A Debian where these run as root; `there` are its files. Notes what apt was asked for. */
function debian(there: string[], changes: Partial<Machine> = {}) {
  const asked: string[] = [];
  const files = new Set(["/usr/bin/apt-get", ...there]);
  const machine: Machine = {
    chosen: undefined,
    places: [DEBIAN, "/usr/bin/google-chrome"],
    exists: (path) => Promise.resolve(files.has(path)),
    isRoot: true,
    apt(args) {
      asked.push(args.filter((arg) => !arg.startsWith("-") && !arg.includes("=")).join(" "));
      if (args.includes("install") && !args.includes("--download-only")) files.add(DEBIAN);
      return Promise.resolve({ success: true, text: "" });
    },
    alone: (body) => body(),
    log: () => Promise.resolve(),
    ...changes,
  };
  return { machine, asked, files };
}

Deno.test("a browser that is there is taken, and nothing is installed", async () => {
  const { machine, asked } = debian(["/usr/bin/google-chrome"]);
  assert.deepEqual(await findChromium(machine), { path: "/usr/bin/google-chrome" });
  assert.deepEqual(asked, []);
});

Deno.test("where none is, root gets Debian's: all is downloaded before any of it is unpacked", async () => {
  const { machine, asked } = debian([]);
  assert.deepEqual(await findChromium(machine), { path: DEBIAN });
  assert.deepEqual(asked, ["update", "install chromium fonts-inter", "install chromium fonts-inter"]);
});

Deno.test("two at once install once", async () => {
  const { machine, asked, files } = debian([], {
    alone(body) {
      files.add(DEBIAN); // what the other one has installed in the meantime
      return body();
    },
  });
  assert.deepEqual(await findChromium(machine), { path: DEBIAN });
  assert.deepEqual(asked, []);
});

Deno.test("who is not root, and who has no apt, is told what to do", async () => {
  for (const machine of [debian([], { isRoot: false }).machine, without("/usr/bin/apt-get")]) {
    assert.deepEqual(await findChromium(machine), {
      missing: "No Chromium is installed. Install it, or have ESTEIRA_CHROMIUM name one.",
    });
  }
});

Deno.test("what fails, or takes too long, is the reason to skip, never an error", async () => {
  const failing = debian([], { apt: () => Promise.resolve({ success: false, text: "" }) });
  assert.match(missingOf(await findChromium(failing.machine)), /apt-get update failed/);
  const late = debian([], { apt: () => Promise.reject(new Error("it took too long")) });
  assert.match(missingOf(await findChromium(late.machine)), /could not be installed: it took too long/);
});

Deno.test("the variable names another one, or none", async () => {
  const { machine } = debian([DEBIAN, "/opt/chrome"]);
  assert.deepEqual(await findChromium({ ...machine, chosen: "/opt/chrome" }), { path: "/opt/chrome" });
  assert.match(missingOf(await findChromium({ ...machine, chosen: "/opt/none" })), /where nothing is/);
  assert.match(missingOf(await findChromium({ ...machine, chosen: "none" })), /is "none"/);
});

function without(path: string): Machine {
  const { machine } = debian([]);
  return { ...machine, exists: (asked) => asked === path ? Promise.resolve(false) : machine.exists(asked) };
}

function missingOf(found: Awaited<ReturnType<typeof findChromium>>): string {
  return "missing" in found ? found.missing : assert.fail(`${found.path} was found`);
}
