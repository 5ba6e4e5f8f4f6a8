/** Publishing without the functions for it: a user's connection to a simulated account, and a publication, made in SQL. */
import type { Option } from "../../shared/words/platforms.ts";
import { platformOf } from "../../shared/words/platforms.ts";
import type { Environment, User } from "./environment.ts";
import type { SocialName } from "./simulators.ts";

/** The tools of publishing are switched on by an operator. */
export async function enablePublishing({ sql }: Environment): Promise<void> {
  await sql`update public.tools set is_enabled = true where lane = 'publication'`;
}

/** Connects a user to the account of this name, as after a sign-in. Doing it again connects it anew. Returns the connection. */
export async function connectAccount(
  environment: Environment,
  { userId }: User,
  platform: SocialName,
  username: string,
): Promise<string> {
  const { sql } = environment;
  const { account, scopes, access_token, refresh_token, expires_in } = environment[platform].grant(username);
  const told = {
    external_id: account.id,
    display_name: account.username,
    avatar_url: null,
    scopes: [...scopes],
    settings: {},
  };
  const tokens = { access_token, refresh_token: refresh_token ?? null, expires_in: expires_in ?? null };
  const [row] = await sql<{ id: string }[]>`
    select id from worker.save_connection(${userId}, ${platform}, ${sql.json(told)}, ${sql.json(tokens)})`;
  if (!row) throw new Error("There is no connection");
  return row.id;
}

/** A file as an upload has left it. */
export interface UploadedFile {
  readonly path: string;
  readonly type: string;
  readonly bytes: number;
}

/** Uploads a file as the user. */
export async function uploadFile(
  { client, userId }: User,
  { bytes, type }: { bytes: Uint8Array<ArrayBuffer>; type: string },
): Promise<UploadedFile> {
  const path = `${userId}/${crypto.randomUUID()}.${type.split("/")[1]}`;
  const { error } = await client.storage.from("inputs").upload(path, new Blob([bytes], { type }), {
    contentType: type,
  });
  if (error) throw error;
  return { path, type, bytes: bytes.length };
}

/** Creates a publication in SQL, or finds the one of this key. Returns its job. */
export async function publishInSql(
  { sql }: Environment,
  { userId }: User,
  option: Option,
  {
    connectionId,
    caption,
    files = [],
    urls = [],
    groupId = crypto.randomUUID(),
    key,
    settings = {},
    metadata = {},
  }: {
    connectionId: string;
    caption: string;
    files?: readonly UploadedFile[];
    urls?: readonly { url: string; type: string }[];
    groupId?: string;
    key?: string;
    settings?: Record<string, string | number | boolean>;
    metadata?: Record<string, string>;
  },
): Promise<string> {
  const input = {
    connectionId,
    groupId,
    caption,
    mediaFiles: [
      ...files.map(({ path, type, bytes }, index) => ({ name: `file-${index}`, size: bytes, type, path })),
      ...urls.map(({ url, type }, index) => ({ name: `url-${index}`, size: 0, type, url })),
    ],
    media: files.map(({ path }) => path),
    settings,
    allowDuplicate: false,
  };
  const [row] = await sql<{ id: string }[]>`
    select id from public.create_job(${userId}, ${option}, ${sql.json(input)},
      p_idempotency_key => ${key ?? null}, p_metadata => ${
    sql.json({ ...metadata, platform: platformOf(option) })
  })`;
  if (!row) throw new Error("There is no job");
  return row.id;
}

/**
 * Has whatever was put off gone on with now, and somebody do it. Who is at something has a lease that is longer than
 * `within`: that ends when they die.
 */
export async function goOn({ sql, deployment }: Environment, within = "30 seconds"): Promise<void> {
  // Looked at again where somebody has just taken it: that lease stays.
  await sql`
    update pgmq.q_publication_queue set vt = clock_timestamp()
    where vt > clock_timestamp() and vt < clock_timestamp() + ${within}::interval`;
  const headers = { apikey: deployment.secretKey, "content-type": "application/json" };
  // Its answer comes when it has drained, if it lives so long.
  fetch(`${deployment.apiUrl}/functions/v1/worker`, { method: "POST", headers, body: "{}" })
    .then((response) => response.body?.cancel(), () => {});
}
