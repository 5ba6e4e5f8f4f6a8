/** The project is there, runs, and is of the kind that Esteira needs. Nothing is done about it: only people can. */
import { z } from "zod";
import { DeployError } from "../deploy_error.ts";
import { done, type Step } from "../step.ts";
import { secretKeys } from "./secret_keys.ts";

const project = z.object({
  ref: z.string(),
  name: z.string(),
  region: z.string(),
  status: z.string(),
  database: z.object({ postgres_engine: z.string(), version: z.string() }).partial().optional(),
});
const reachable = z.object({ ref: z.string(), name: z.string() }).array();
const signingKeys = z.object({
  keys: z.object({ algorithm: z.string(), status: z.string() }).array(),
});

const PAUSED = new Set(["INACTIVE", "PAUSING", "PAUSE_FAILED"]);
const SOON = new Set(["COMING_UP", "RESTORING", "RESTARTING", "UPGRADING", "RESIZING", "PROMOTING"]);
const ASYMMETRIC = new Set(["ES256", "RS256", "EdDSA"]);
const OLDEST_POSTGRES = 17;

export const projectStep: Step = {
  name: "project",
  async look({ api }) {
    const found = await api.read("", project);
    if (!found) throw await unknown(api.ref, await api.projects(reachable));
    requireReady(found.name, found.status);
    const engine = Number.parseInt(found.database?.postgres_engine ?? found.database?.version ?? "");
    if (engine < OLDEST_POSTGRES) {
      throw new DeployError(
        "old_postgres",
        `${found.name} runs PostgreSQL ${engine}; ${OLDEST_POSTGRES} or newer is needed.`,
        "Dashboard → Project Settings → Infrastructure: upgrade it, and run this again.",
      );
    }
    await requireSigning(await api.read("/config/auth/signing-keys", signingKeys));
    await secretKeys(api);
    return done(`${found.name} (${found.region}) is up, signs asymmetrically and has a secret key.`);
  },
  act: () => Promise.resolve(),
};

function unknown(ref: string, others: z.infer<typeof reachable>): DeployError {
  const seen = others.slice(0, 10).map(({ name, ref }) => `${name} (${ref})`).join(", ");
  return new DeployError(
    "unknown_project",
    `The access token reaches no project ${ref}. ${seen ? `It reaches ${seen}.` : "It reaches none at all."}`,
    "Say the right ref, or take a token of somebody who may see the project, and run this again.",
  );
}

function requireReady(name: string, status: string): void {
  if (status.startsWith("ACTIVE")) return;
  if (PAUSED.has(status)) {
    throw new DeployError(
      "project_not_ready",
      `${name} is paused (${status}).`,
      "Restore it in the Dashboard, wait until it is up, and run this again.",
    );
  }
  throw new DeployError(
    "project_not_ready",
    `${name} is not up: ${status}.`,
    SOON.has(status)
      ? "Wait until it is, and run this again."
      : "The Dashboard says what can be done about that.",
  );
}

/** Tokens that are signed with a shared secret are refused by the functions: with one in use no user could do anything. */
function requireSigning(found: z.infer<typeof signingKeys> | null): void {
  const current = found?.keys.find(({ status }) => status === "in_use");
  if (current && ASYMMETRIC.has(current.algorithm)) return;
  const standby = found?.keys.some(({ status, algorithm }) =>
    status === "standby" && ASYMMETRIC.has(algorithm)
  );
  throw new DeployError(
    "old_keys",
    "The project signs users' tokens with a shared secret; the functions take those alone that are signed " +
      "asymmetrically.",
    "Dashboard → Project Settings → JWT Keys: " +
      (standby
        ? "rotate to the standby key"
        : "migrate to JWT signing keys, create a standby key and rotate to it") +
      ", and run this again.",
  );
}
