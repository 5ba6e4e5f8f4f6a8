/**
 * A Chromium for the tests that need a real browser: the one of this machine, or Debian's, installed where these run as
 * root on a Debian without one (a container, mostly). Nothing else on the machine is touched.
 */
import { join } from "node:path";
import { cachePath, openCache } from "@esteira/local-supabase/cache";

/** Where it is, or why there is none, in words for whoever reads what was skipped. */
export type Chromium = { readonly path: string } | { readonly missing: string };

/** What the search knows of the machine. Tests put their own in its place. */
export interface Machine {
  /** The variable that names another Chromium; `none`: there is to be none. */
  readonly chosen: string | undefined;
  readonly places: readonly string[];
  exists(path: string): Promise<boolean>;
  readonly isRoot: boolean;
  /** Runs `apt-get`, at most `seconds` long; resolves with what it printed and whether it went well. */
  apt(args: readonly string[], seconds: number): Promise<{ success: boolean; text: string }>;
  /** Runs `body` while no other process does. */
  alone<T>(body: () => Promise<T>): Promise<T>;
  log(text: string): Promise<void>;
}

export const CHROMIUM_VARIABLE = "ESTEIRA_CHROMIUM";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
/** A browser without a font draws boxes. */
const PACKAGES = ["chromium", "fonts-inter"];
const LOG = join(cachePath(), "chromium-install.log");

/**
 * What apt is asked for, and for how many seconds each may take. A download that takes too long may be cut; what is
 * unpacked should not be, so that everything is there before that begins.
 */
const STEPS: readonly { args: readonly string[]; seconds: number }[] = [
  { args: ["update"], seconds: 60 },
  { args: ["install", "--yes", "--no-install-recommends", "--download-only", ...PACKAGES], seconds: 180 },
  { args: ["install", "--yes", "--no-install-recommends", ...PACKAGES], seconds: 180 },
];

/** Finds Chromium, and installs it where that can be done. Never throws: what it cannot do is the reason to skip. */
export async function findChromium(machine: Machine = thisMachine()): Promise<Chromium> {
  const { chosen } = machine;
  if (chosen === "none") return { missing: `${CHROMIUM_VARIABLE} is "none".` };
  if (chosen) {
    return await machine.exists(chosen)
      ? { path: chosen }
      : { missing: `${CHROMIUM_VARIABLE} names ${chosen}, where nothing is.` };
  }
  const found = await search(machine);
  if (found) return { path: found };
  if (!machine.isRoot || !await machine.exists("/usr/bin/apt-get")) {
    return { missing: `No Chromium is installed. Install it, or have ${CHROMIUM_VARIABLE} name one.` };
  }
  return await machine.alone(async () => {
    const others = await search(machine); // by the one that we have waited for
    if (others) return { path: others };
    return await install(machine);
  }).catch((error: Error) => ({ missing: `Chromium could not be installed: ${error.message}` }));
}

async function search({ places, exists }: Machine): Promise<string | undefined> {
  for (const place of places) if (await exists(place)) return place;
  return undefined;
}

async function install(machine: Machine): Promise<Chromium> {
  console.error(`Installing Chromium from Debian's packages for the browser tests (once; log: ${LOG}) …`);
  for (const { args, seconds } of STEPS) {
    const { success, text } = await machine.apt(["-o", "DPkg::Lock::Timeout=60", ...args], seconds);
    await machine.log(`apt-get ${args.join(" ")}\n${text}\n`);
    if (!success) return { missing: `Chromium could not be installed: apt-get ${args[0]} failed (${LOG}).` };
  }
  const path = await search(machine);
  return path
    ? { path }
    : { missing: `Debian's package holds no Chromium where one is looked for (${LOG}).` };
}

function thisMachine(): Machine {
  return {
    chosen: Deno.env.get(CHROMIUM_VARIABLE)?.trim() || undefined,
    places: PLACES,
    exists: (path) => Deno.stat(path).then(({ isFile }) => isFile, () => false),
    isRoot: Deno.uid() === 0,
    async apt(args, seconds) {
      const command = new Deno.Command("apt-get", {
        args: [...args],
        env: { DEBIAN_FRONTEND: "noninteractive" },
        signal: AbortSignal.timeout(seconds * 1000),
        stdin: "null",
      });
      const { success, stdout, stderr } = await command.output();
      return { success, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
    },
    async alone(body) {
      await openCache();
      using file = await Deno.open(join(cachePath(), "chromium.lock"), { create: true, write: true });
      await file.lock(true); // is let go of with the file, or with this process
      return await body();
    },
    log: (text) => Deno.writeTextFile(LOG, text, { append: true, create: true }),
  };
}
