/**
 * The people in the database: each has credits, and a connection to every platform, made some time in the months
 * before.
 */
import { type PlatformName, PLATFORMS } from "../../shared/words/platforms.ts";
import type { Random } from "../world/random.ts";
import type { Database } from "./database.ts";
import type { PlatformBooks } from "./platform_books.ts";

const DAY = 86_400_000;

export type Books = Readonly<Record<PlatformName, PlatformBooks>>;

/** Their connections, by person and platform. */
export type Connections = ReadonlyMap<string, string>;

export const keyOf = (person: number, platform: string) => `${person} ${platform}`;

/** Signs them all up before `start`, and connects them; every access is one that is good then, or can be renewed. */
export async function signUp(
  database: Database,
  books: Books,
  { people, start, random }: { people: number; start: number; random: Random },
): Promise<Connections> {
  await database.rows(
    `insert into auth.users (id, email)
     select md5('person ' || n)::uuid, 'person' || n || '@example.test' from generate_series(0, $1::integer - 1) n`,
    [people],
  );
  await database.rows(
    "select ops.grant_credits(md5('person ' || n)::uuid, 1000, 'to post') from generate_series(0, $1::integer - 1) n",
    [people],
  );
  const connections = new Map<string, string>();
  for (const platform of PLATFORMS) {
    const { terms } = books[platform];
    const longest = Math.min(terms.accessSeconds * 1000, 50 * DAY);
    const made = Array.from({ length: people }, (_, person) => {
      const at = start - random.next() * longest;
      return { person, at: new Date(at).toISOString(), tokens: books[platform].signIn(nameOf(person), at) };
    });
    const rows = await database.rows<{ person: number; id: string }>(
      // Each as of its own time: the clock is set before its row is made.
      `select person, (worker.save_connection(md5('person ' || person)::uuid, $1,
         jsonb_build_object('external_id', 'person' || person, 'display_name', 'Person ' || person), tokens)).id
       from (
         select (one ->> 'person')::integer as person, one -> 'tokens' as tokens,
           set_config('esteira.now', one ->> 'at', false) as clock
         from jsonb_array_elements($2::jsonb) one offset 0) each where clock <> ''`,
      [platform, made],
    );
    for (const { person, id } of rows) connections.set(keyOf(person, platform), id);
  }
  await database.rows("select set_config('esteira.now', $1, false)", [new Date(database.now).toISOString()]);
  return connections;
}

/** What an account is called, at whichever platform. */
export function nameOf(person: number): string {
  return `person${person}`;
}

/** Its owner has noticed, and signs in again. */
export async function signInAgain(
  database: Database,
  book: PlatformBooks,
  userId: string,
  account: string,
): Promise<void> {
  await database.call("worker.save_connection", {
    p_user_id: userId,
    p_platform: book.name,
    p_account: { external_id: account, display_name: account },
    p_tokens: book.signIn(account, database.now),
  });
}
