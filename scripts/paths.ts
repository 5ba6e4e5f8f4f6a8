/** Where things lie: in the repository, and in the cache of the local stack, which whoever uses it finds by this file. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../", import.meta.url));
export const SUPABASE = join(ROOT, "supabase");
export const TYPES_FILE = join(ROOT, "shared/database.types.ts");
export const CODES_FILE = join(ROOT, "shared/words/verdict_codes.ts");

// The stack knows nothing of Esteira, so it has a name of its own for what ours is ESTEIRA_CACHE.
const cache = Deno.env.get("ESTEIRA_CACHE");
if (cache) Deno.env.set("LOCAL_SUPABASE_CACHE", cache);
