/** Where things lie in the repository. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../", import.meta.url));
export const SUPABASE = join(ROOT, "supabase");
export const TYPES_FILE = join(ROOT, "shared/database.types.ts");
