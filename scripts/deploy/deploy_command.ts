/** What the command line of `npm run deploy` says, before anything is done about it. */
import { parseArgs } from "node:util";

export interface DeployCommand {
  /** The project's ref: twenty lower-case letters. */
  readonly ref: string;
  /** Only look, and say what would be done. */
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  /** Have Realtime take private channels alone, whatever else of the app listens on public ones. */
  readonly privateOnly: boolean;
  /** Apply migrations that sort before some that the project has already. */
  readonly includeAll: boolean;
  /** Where the project is reached, if not at `https://<ref>.supabase.co`. */
  readonly projectUrl: string | null;
}

/** The command line cannot be what was meant; the message says why and how it goes. */
export class DeployUsage extends Error {
  readonly code = "usage";
}

const USAGE = `Usage: npm run deploy -- --project-ref <ref> [options]

  --dry-run        say what would be done, and change nothing
  --yes            do not ask before anything is changed
  --private-only   have Realtime refuse public channels, those of the rest of your app too
  --include-all    apply migrations that sort before some that the project has
  --project-url    where the project is reached, if it has a domain of its own

The environment may hold SUPABASE_ACCESS_TOKEN (else the login of "supabase login" is taken) and
SUPABASE_DB_PASSWORD (else the CLI makes itself a login for the while).`;

/**
 * Reads the arguments.
 * @throws DeployUsage
 */
export function parseDeploy(args: string[]): DeployCommand {
  const { values, positionals } = parsed(args);
  if (positionals.length > 0) throw new DeployUsage(`"${positionals[0]}" is one word too many.\n\n${USAGE}`);
  const ref = values["project-ref"];
  if (!ref) throw new DeployUsage(USAGE);
  if (!/^[a-z]{20}$/.test(ref)) {
    throw new DeployUsage(
      `"${ref}" is no project's ref: that is twenty lower-case letters, as in https://<ref>.supabase.co.`,
    );
  }
  const address = values["project-url"];
  const url = address === undefined ? null : URL.parse(address);
  if (address !== undefined && (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/")) {
    throw new DeployUsage(`"${address}" is no address of a project, such as https://api.example.com.`);
  }
  return {
    ref,
    dryRun: values["dry-run"],
    yes: values.yes,
    privateOnly: values["private-only"],
    includeAll: values["include-all"],
    projectUrl: url?.origin ?? null,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        "project-ref": { type: "string" },
        "dry-run": { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
        "private-only": { type: "boolean", default: false },
        "include-all": { type: "boolean", default: false },
        "project-url": { type: "string" },
      },
    });
  } catch (error) {
    throw new DeployUsage(`${(error as Error).message}\n\n${USAGE}`);
  }
}
