/** The migrations: the database first, for the functions of the release before go on working on a newer schema. */
import { z } from "zod";
import { isOlder } from "../../../shared/version.ts";
import { DeployError } from "../deploy_error.ts";
import type { ManagementApi } from "../management_api.ts";
import { type Deployment, done, type Step, toDo } from "../step.ts";

const there = z.object({ history: z.boolean(), esteira: z.boolean() });
const one = z.object({ version: z.string() });

/** Another deployment may be at it: it is waited for, so many times so long. */
const LOOKS = 12;
const LOOK_AGAIN_MS = 5_000;

/** What the project's database has: the version of its schema, null without one, and the migrations that it knows of. */
export async function schemaOf(api: ManagementApi): Promise<{ version: string | null; applied: string[] }> {
  const [found] = await api.sql(
    "select to_regclass('supabase_migrations.schema_migrations') is not null as history, " +
      "to_regprocedure('public.esteira_version()') is not null as esteira",
    there,
  );
  const applied = found?.history
    ? await api.sql("select version from supabase_migrations.schema_migrations order by version", one)
    : [];
  const version = found?.esteira ? await api.sql("select public.esteira_version() as version", one) : [];
  return { version: version[0]?.version ?? null, applied: applied.map((row) => row.version) };
}

async function pending({ api, release }: Deployment): Promise<string[]> {
  const { applied } = await schemaOf(api);
  return release.migrations.filter((migration) => !applied.includes(migration));
}

export const schemaStep: Step = {
  name: "schema",
  async look({ api, release, command }) {
    const { version, applied } = await schemaOf(api);
    if (version !== null && isOlder(release.version, version)) {
      throw new DeployError(
        "newer_schema",
        `The project has schema ${version}; this checkout is ${release.version}, and a schema never goes back.`,
        `Check out ${version} or newer, and run this again.`,
      );
    }
    const foreign = applied.filter((migration) => !release.migrations.includes(migration));
    if (foreign.length > 0) {
      throw new DeployError(
        "foreign_migrations",
        `The project has migrations that are not in supabase/migrations here: ${some(foreign)}.`,
        "Put their files beside Esteira's (supabase migration fetch brings them; docs/upgrading.md, “Migrations of your " +
          "own”), and run this again. Do not mark them as reverted.",
      );
    }
    const missing = release.migrations.filter((migration) => !applied.includes(migration));
    if (missing.length === 0) return done(`Its schema is ${version ?? "there"}: no migration is missing.`);
    const last = applied.at(-1);
    const between = missing.filter((migration) => last !== undefined && migration < last);
    if (between.length > 0 && !command.includeAll) {
      throw new DeployError(
        "foreign_migrations",
        `Migrations are missing that sort before the last one the project has, ${last}: ${some(between)}.`,
        "If those that it has are your own, and none of them needs Esteira, run this again with --include-all.",
      );
    }
    const from = version === null ? "" : ` (${version} → ${release.version})`;
    return toDo(`Apply ${missing.length} of ${release.migrations.length} migrations${from}.`);
  },
  async act(deployment) {
    const { cli, command: { ref, includeAll } } = deployment;
    for (let look = 1;; look++) {
      const before = await pending(deployment);
      if (before.length === 0) return;
      try {
        return await cli(
          "db",
          "push",
          `--remote=${ref}`,
          "--skip-vault",
          ...includeAll ? ["--include-all"] : [],
        );
      } catch (error) {
        // Where another deployment is at it, its migrations come one by one, or keep us from their tables.
        const isBusy = /lock timeout|already exists|duplicate key|concurrently|deadlock/i.test(String(error));
        if (look >= LOOKS || !(isBusy || (await pending(deployment)).length < before.length)) throw error;
        await deployment.pause(LOOK_AGAIN_MS);
      }
    }
  },
};

/** The first of them, and how many more there are. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
