/** `npm run grant -- <e-mail> 50`: gives a user credits, in the local stack or in a hosted project. */
import postgres from "postgres";
import { DATABASE_VARIABLE, type GrantCommand, GrantUsage, parseGrant } from "./grant_command.ts";

/** The grant was not made; the message says why. */
export class GrantError extends Error {
  constructor(
    readonly code: "no_database" | "no_esteira" | "no_such_user" | "several_users",
    message: string,
  ) {
    super(message);
  }
}

/** What became of a grant. */
export interface Grant {
  readonly userId: string;
  readonly balance: number;
  /** Whether the reference was new to this user; otherwise nothing was done. */
  readonly isNew: boolean;
}

/**
 * Makes the grant by `ops.grant_credits`.
 * @throws GrantError, and PostgresError for what the database refuses.
 */
export async function grant(
  { databaseUrl, where, user, amount, note, reference }: GrantCommand,
): Promise<Grant> {
  // No prepared statements: the address may be that of a pooler.
  const sql = postgres(databaseUrl, { max: 1, prepare: false, connect_timeout: 10, onnotice: () => {} });
  try {
    const [esteira] = await sql`select to_regproc('ops.grant_credits') is not null as is_there`.catch(
      (error) => {
        throw new GrantError(
          "no_database",
          `${error.message || error.code}: ${where} cannot be used. ${hint(where)}`,
        );
      },
    );
    if (!esteira?.is_there) throw new GrantError("no_esteira", `There is no Esteira in ${where}.`);
    return await sql.begin(async (sql) => {
      const userId = await idOf(sql, user, where);
      const [known] = await sql`
        select from public.credit_entries where user_id = ${userId} and reference = ${reference}`;
      const [row] = await sql`
        select ops.grant_credits(${userId}, ${amount}, ${note}, ${reference}) as balance`;
      return { userId, balance: Number(row?.balance), isNew: known === undefined };
    });
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function hint(where: string): string {
  return where.startsWith("the local")
    ? 'Start it with "npm run dev", or say where it is.'
    : `Is ${DATABASE_VARIABLE} right?`;
}

/** The id of the user with this e-mail address or id. Addresses are compared as Auth does: regardless of case. */
async function idOf(sql: postgres.TransactionSql, user: string, where: string): Promise<string> {
  const users = await sql<{ id: string }[]>`
    select id from auth.users where id::text = lower(${user}) or lower(email) = lower(${user}) order by created_at`;
  const [found, ...others] = users;
  if (!found) {
    throw new GrantError(
      "no_such_user",
      `There is no user ${user} in ${where}. Whoever gets credits signs up first.`,
    );
  }
  if (others.length > 0) {
    const ids = users.map(({ id }) => id).join(", ");
    throw new GrantError(
      "several_users",
      `Several users have the e-mail address ${user}. Say which id: ${ids}`,
    );
  }
  return found.id;
}

if (import.meta.main) {
  try {
    const command = parseGrant(Deno.args);
    const { balance, isNew } = await grant(command);
    const done = isNew
      ? `${command.amount} credits granted to`
      : `"${command.reference}" was granted before to`;
    console.log(`${done} ${command.user} in ${command.where}. The balance is ${balance}.`);
  } catch (error) {
    console.error(error instanceof Error && "code" in error ? error.message : error);
    Deno.exit(error instanceof GrantUsage ? 2 : 1);
  }
}
