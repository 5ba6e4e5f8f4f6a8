/** This checkout is linked to the project, so that the CLI's own commands mean the same one afterwards. */
import { join } from "node:path";
import { ROOT } from "../../paths.ts";
import { done, type Step, toDo } from "../step.ts";

/** Where the CLI keeps the link: below SUPABASE_WORKDIR, if it is told to work somewhere else. */
function linkFile(): string {
  return join(Deno.env.get("SUPABASE_WORKDIR") || ROOT, "supabase/.temp/project-ref");
}

export const linkStep: Step = {
  name: "link",
  async look({ command: { ref } }) {
    const linked = (await Deno.readTextFile(linkFile()).catch(() => "")).trim();
    if (linked === ref) return done("This checkout is linked to it.");
    return toDo(linked ? `Link this checkout, which is linked to ${linked}.` : "Link this checkout to it.");
  },
  act: async ({ cli, command: { ref } }) => await cli("link", "--project-ref", ref),
};
