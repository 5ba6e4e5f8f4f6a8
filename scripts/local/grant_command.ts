/** What the command line of `npm run grant` says, before anything is done about it. */
import { parseArgs } from "node:util";
import { PORT_RANGES, readPorts } from "../program/ports.ts";

export interface GrantCommand {
  /** An e-mail address or a user's id. */
  readonly user: string;
  readonly amount: number;
  readonly note: string;
  /** A second grant with the same one does nothing. */
  readonly reference: string | null;
  readonly databaseUrl: string;
  /** How the database is spoken of: without its password. */
  readonly where: string;
}

/** The command line cannot be what was meant; the message says why and how it goes. */
export class GrantUsage extends Error {
  readonly code = "usage";
}

/** The variable with the address of a hosted project's database. Not an option: other users of a machine can read those. */
export const DATABASE_VARIABLE = "ESTEIRA_DB_URL";

const USAGE =
  `Usage: npm run grant -- <e-mail or user id> <credits> [--reference <text>] [--note <text>] [--hosted]

  --reference   what the grant is for, such as a payment's id: with the same one it is made once, however often it is run
  --note        a word for the ledger
  --hosted      in the database that ${DATABASE_VARIABLE} names, not in the local stack's; needs --reference`;

/** All that a user can ever be given (see ops.grant_credits): up to here JSON counts without a gap. */
const HIGHEST = Number.MAX_SAFE_INTEGER;

/**
 * Reads the arguments. The local stack is meant unless `--hosted` is said: a variable that was set for something else
 * must not send a try to production.
 * @throws GrantUsage, InvalidPorts
 */
export function parseGrant(
  args: string[],
  read: (variable: string) => string | undefined = (variable) => Deno.env.get(variable),
): GrantCommand {
  const { values: { reference, note, hosted }, positionals: [user, amount, ...more] } = parsed(args);
  if (!user || !amount) throw new GrantUsage(USAGE);
  if (more.length > 0) throw new GrantUsage(`"${more[0]}" is one word too many.\n\n${USAGE}`);
  if (!/^\d+$/.test(amount) || Number(amount) < 1 || Number(amount) > HIGHEST) {
    throw new GrantUsage(
      `The amount must be a whole number of credits from 1 to ${HIGHEST}, not "${amount}".`,
    );
  }
  if (reference?.trim() === "") throw new GrantUsage("The reference is empty.");
  const common = {
    user,
    amount: Number(amount),
    note: note ?? "npm run grant",
    reference: reference ?? null,
  };
  if (!hosted) {
    const port = readPorts(read).database;
    const where = `the local database on port ${port} (${PORT_RANGES.database.variable})`;
    return { ...common, where, databaseUrl: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres` };
  }
  if (!reference) {
    throw new GrantUsage(
      "--hosted needs --reference: when an answer is lost, run it again without granting twice.",
    );
  }
  const url = hostedUrl(read(DATABASE_VARIABLE));
  return { ...common, databaseUrl: url.href, where: `the database at ${url.host}` };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        reference: { type: "string" },
        note: { type: "string" },
        hosted: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new GrantUsage(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** Encrypted unless the address says otherwise or does not leave this machine. */
function hostedUrl(text: string | undefined): URL {
  if (!text) {
    throw new GrantUsage(
      `--hosted needs ${DATABASE_VARIABLE}: the connection string of the project (Dashboard → Connect).`,
    );
  }
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname) {
    throw new GrantUsage(
      `${DATABASE_VARIABLE} is no connection string: postgresql://user:password@host:port/postgres`,
    );
  }
  const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (!isHere && !url.searchParams.has("sslmode")) url.searchParams.set("sslmode", "require");
  return url;
}
