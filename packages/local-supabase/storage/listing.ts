/**
 * `POST /object/list/:bucket`: one level of the bucket under a prefix, folders included. Same results and order as the
 * database function `storage.search` of storage-api (github.com/supabase/storage, migrations/tenant).
 */
import { z } from "zod";
import type { StorageContext } from "./context.ts";
import { readJson, requireCaller } from "./request.ts";
import { asCaller } from "./scope.ts";

const MAX_ENTRIES = 1500;

const listBody = z.object({
  prefix: z.string(),
  limit: z.int().min(1).default(100),
  offset: z.int().min(0).default(0),
  /** Only entries whose name begins so, whatever the case. */
  search: z.string().default(""),
  sortBy: z.object({
    column: z.enum(["name", "updated_at", "created_at", "last_accessed_at"]).default("name"),
    order: z.enum(["asc", "desc"]).default("asc"),
  }).default({ column: "name", order: "asc" }),
});

/** An entry: an object, or a folder, which is a name and nothing else. */
interface Entry {
  name: string;
  id: string | null;
  updated_at: Date | null;
  created_at: Date | null;
  last_accessed_at: Date | null;
  metadata: unknown;
}

/** Lists what the caller may select. */
export async function listObjects(ctx: StorageContext, request: Request, bucket: string): Promise<Response> {
  const caller = await requireCaller(request, ctx.tokens);
  const { prefix, limit, offset, search, sortBy } = await readJson(request, listBody);
  const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  const begins = folder + search;
  // Which of a key's segments make the entry's name: the ones after the folder, as deep as the search goes.
  const first = folder.split("/").length;
  const last = begins.split("/").length;
  const entries = await asCaller(ctx.pool, caller, "object.list", (tx) => {
    const direction = sortBy.order === "asc" ? tx`asc` : tx`desc`;
    // By name, folders and objects mix; by anything else, folders come first.
    const order = sortBy.column === "name"
      ? tx`lower(name) collate "C" ${direction}, name ${direction}`
      : tx`id is not null, ${tx(sortBy.column)} ${direction}, lower(name) collate "C" ${direction}`;
    return tx<Entry[]>`
      with matching as (
        select array_to_string(path_tokens[${first}::int : ${last}::int], '/') as name,
               array_length(path_tokens, 1) > ${last} as is_folder,
               id, updated_at, created_at, last_accessed_at, metadata
        from storage.objects
        where bucket_id = ${bucket} and starts_with(lower(objects.name), lower(${begins}))
      ),
      entries as (
        select name, id, updated_at, created_at, last_accessed_at, metadata from matching where not is_folder
        union all
        select distinct name, null::uuid, null::timestamptz, null::timestamptz, null::timestamptz, null::jsonb
        from matching where is_folder
      )
      select * from entries order by ${order}
      limit ${Math.min(limit, MAX_ENTRIES)} offset ${offset}`;
  });
  return Response.json(entries);
}
