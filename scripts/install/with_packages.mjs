// Runs Deno, after the project's packages have been installed where they are missing or out of date, so that every npm
// script works on a fresh clone. Plain Node, because it runs before there is anything else.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installPackages, MODULES } from "./install_packages.mjs";
import { passSignals } from "./pass_signals.mjs";

try {
  await installPackages();
  process.exitCode = await run(findDeno(), process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
}

/** Runs Deno in this process's place; resolves with its exit code. */
function run(deno, args) {
  const child = spawn(deno, args, { stdio: "inherit", env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" } });
  passSignals(child);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`Deno could not be started: ${error.message}`)));
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

function findDeno() {
  const places = ["@deno/linux-x64-glibc/deno", ".bin/deno"].map((path) => join(MODULES, path));
  const deno = places.find(existsSync);
  if (!deno) throw new Error(`Deno is missing below ${MODULES}. Delete that directory and run this again.`);
  return deno;
}
