/** Who deploys, and where Supabase is asked: the CLI's own login and profile, so that both speak to the same. */
import { join } from "node:path";
import { DeployError } from "./deploy_error.ts";

export interface Access {
  /** A personal access token. Never printed. */
  readonly token: string;
  /** The Management API, without a slash at its end. */
  readonly apiUrl: string;
  /** What stands behind `<ref>.` in a project's address. */
  readonly projectHost: string;
}

type Read = (variable: string) => string | undefined;

const HOSTED = { apiUrl: "https://api.supabase.com", projectHost: "supabase.co" };
/** As the CLI 3.1.0 wants them. */
const TOKEN = /^sbp_(oauth_|v0_)?[a-f0-9]{40}$/;
const LOG_IN =
  "Make a token at https://supabase.com/dashboard/account/tokens, put it into SUPABASE_ACCESS_TOKEN " +
  "and run this again.";

/**
 * Finds them where the CLI does: in the environment, then in what `supabase login` has written.
 * @throws DeployError not_logged_in, bad_token
 */
export async function readAccess(
  read: Read = (variable) => Deno.env.get(variable),
): Promise<Access> {
  const token = (read("SUPABASE_ACCESS_TOKEN") || await loginOf(read)).trim();
  if (!token) {
    throw new DeployError(
      "not_logged_in",
      "There is neither SUPABASE_ACCESS_TOKEN nor a login that can be read: where the system has a keyring, " +
        "supabase login puts it there, which only the CLI reads.",
      LOG_IN,
    );
  }
  if (!TOKEN.test(token)) {
    throw new DeployError(
      "bad_token",
      "The access token does not look like one: those begin with sbp_.",
      LOG_IN,
    );
  }
  return { token, ...await placeOf(read) };
}

async function loginOf(read: Read): Promise<string> {
  const home = read("SUPABASE_HOME") || join(read("HOME") ?? read("USERPROFILE") ?? "", ".supabase");
  return await Deno.readTextFile(join(home, "access-token")).catch(() => "");
}

/** Where the CLI's profile says that Supabase is: hosted, unless it names a file that says otherwise. */
async function placeOf(read: Read): Promise<Pick<Access, "apiUrl" | "projectHost">> {
  const profile = read("SUPABASE_PROFILE");
  if (!profile || profile === "supabase") return HOSTED;
  const text = await Deno.readTextFile(profile).catch(() => "");
  const field = (name: string) => text.match(new RegExp(`^${name}:\\s*"?([^\\s"]+)"?\\s*$`, "m"))?.[1];
  const [apiUrl, projectHost] = [field("api_url"), field("project_host")];
  if (apiUrl && projectHost) return { apiUrl: apiUrl.replace(/\/$/, ""), projectHost };
  throw new DeployError(
    "unreachable",
    `SUPABASE_PROFILE is ${profile}, which is no file with api_url and project_host.`,
    "Take it out of the environment to deploy to supabase.com.",
  );
}
