/** Where things lie in the repository. */
import { join } from "node:path";

export const ROOT = new URL("../", import.meta.url).pathname;
export const SUPABASE = join(ROOT, "supabase");
export const TYPES_FILE = join(ROOT, "shared/database.types.ts");
