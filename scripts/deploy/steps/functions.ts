/**
 * The Edge Functions. Whether those that are deployed are these nobody can tell from outside, so what was deployed is noted
 * in the audit: a digest of the sources, and the version number that the platform gave each function. Whoever deploys one by
 * hand changes its number.
 */
import { z } from "zod";
import type { ManagementApi } from "../management_api.ts";
import { type Deployment, done, type Step, toDo } from "../step.ts";

const ACTION = "deploy_functions";
const deployed = z.object({
  slug: z.string(),
  status: z.string(),
  version: z.number(),
  verify_jwt: z.boolean().nullish(),
}).array();
const note = z.object({ digest: z.string(), versions: z.record(z.string(), z.number()) });
type Note = z.infer<typeof note>;

export const functionsStep: Step = {
  name: "functions",
  async look({ api, release }) {
    const found = await ours(api, release.functions);
    const fresh = release.functions.filter((name) => !found.some(({ slug }) => slug === name));
    if (fresh.length > 0) {
      return toDo(`Deploy ${release.functions.length} functions, ${fresh.length} of them new.`);
    }
    const noted = await lastNote(api);
    const isSame = noted?.digest === await release.digest() &&
      found.every(({ slug, version, status, verify_jwt }) =>
        noted.versions[slug] === version && status === "ACTIVE" && verify_jwt === false
      );
    if (isSame) return done(`All ${release.functions.length} are deployed as they are here.`);
    return toDo(
      noted
        ? `Deploy ${release.functions.length} functions anew: they are not as they are here.`
        : `Deploy ${release.functions.length} functions anew: nothing says from what they were deployed.`,
    );
  },
  async act(deployment) {
    const { cli, command: { ref } } = deployment;
    await cli("functions", "deploy", `--remote=${ref}`);
    await writeNote(deployment);
  },
};

async function ours(api: ManagementApi, names: readonly string[]): Promise<z.infer<typeof deployed>> {
  const all = await api.read("/functions", deployed) ?? [];
  return all.filter(({ slug }) => names.includes(slug));
}

async function lastNote(api: ManagementApi): Promise<Note | null> {
  const [found] = await api.sql(
    "select to_regclass('private.audit') is not null as audited",
    z.object({ audited: z.boolean() }),
  );
  if (!found?.audited) return null;
  const [row] = await api.sql(
    `select filter as note from private.audit where action = '${ACTION}' order by audit_id desc limit 1`,
    z.object({ note: z.unknown() }),
  );
  const parsed = note.safeParse(row?.note);
  return parsed.success ? parsed.data : null;
}

async function writeNote({ api, release }: Deployment): Promise<void> {
  const found = await ours(api, release.functions);
  const noted: Note = {
    digest: await release.digest(),
    versions: Object.fromEntries(found.map(({ slug, version }) => [slug, version])),
  };
  await api.sql(
    "select private.note_act($1, $2::text::jsonb, '{}', 'npm run deploy')",
    z.unknown(),
    [ACTION, JSON.stringify(noted)],
  );
}
