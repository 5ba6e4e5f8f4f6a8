/**
 * Whether the database is as new as these functions need it. `supabase db push` comes before `supabase functions
 * deploy`; when it was forgotten, the functions say so instead of failing somewhere in the middle of their work.
 */
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { isOlder, VERSION } from "../../../../shared/version.ts";
import { logError } from "../runtime/log.ts";
import { admin } from "./database.ts";

/** What the database says of itself. `silent`: it could not be asked, which is another error's business. */
export type SchemaAnswer = { is: "version"; version: string } | { is: "unversioned" } | { is: "silent" };

/** Asks for the schema's version until it is new enough, and never again after that. */
export class SchemaCheck {
  #isNewEnough = false;
  #asking: Promise<void> | undefined;

  constructor(private readonly ask: () => Promise<SchemaAnswer>, private readonly needed: string = VERSION) {}

  /**
   * Returns at once when the schema has been seen to be new enough; else asks, one question for all who wait for it.
   * A database that does not answer is let pass: what is done next will say what is wrong with it.
   * @throws EsteiraError schema_too_old
   */
  async require(): Promise<void> {
    if (!this.#isNewEnough) await this.requireNow();
  }

  /** As require, but asks in any case. */
  async requireNow(): Promise<void> {
    await (this.#asking ??= this.#look().finally(() => this.#asking = undefined));
  }

  async #look(): Promise<void> {
    const answer = await this.ask();
    if (answer.is === "silent") return;
    const schema = answer.is === "version" ? answer.version : "before 0.2.0";
    this.#isNewEnough = answer.is === "version" && !isOlder(answer.version, this.needed);
    if (!this.#isNewEnough) {
      const message = `The database has schema ${schema}; these functions need ${this.needed} or newer`;
      throw new EsteiraError("schema_too_old", message, { schema, needed: this.needed });
    }
  }
}

/** PostgREST's word for a function that its schema does not have, and PostgreSQL's, until PostgREST has noticed. */
const NO_SUCH_FUNCTION: readonly unknown[] = ["PGRST202", "42883"];

/** Asks the project's database by the Data API. */
export async function askDatabase(): Promise<SchemaAnswer> {
  try {
    const { data, error } = await admin().rpc("esteira_version");
    if (!error) return { is: "version", version: String(data) };
    return { is: NO_SUCH_FUNCTION.includes(error.code) ? "unversioned" : "silent" };
  } catch {
    return { is: "silent" };
  }
}

/** The one check of this process. */
export const schemaCheck = new SchemaCheck(askDatabase);

/** Logs a schema that is too old, with what there is to do. */
export function logSchemaTooOld(name: string, error: EsteiraError): void {
  logError(name, error, {
    code: error.code,
    ...error.details,
    run: "supabase db push --remote, and only then supabase functions deploy (docs/upgrading.md)",
  });
}
