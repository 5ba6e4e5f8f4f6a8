/** Threads: texts, images, videos and carousels, by its Graph API (docs/platforms/threads.md). */
import { THREADS_RULES } from "../../../../../shared/publishing/threads_rules.ts";
import type { Platform } from "../platform.ts";
import { commit, limits, observe, prepare, reconcile } from "./containers.ts";
import { oauth } from "./oauth.ts";
import { preflight } from "./preflight.ts";

export const threads: Platform = {
  name: "threads",
  oauth,
  rules: THREADS_RULES,
  preflight,
  limits,
  prepare,
  commit,
  // What threads_publish has named, or a container calls published, is; its address alone is asked for later.
  takenIsThere: true,
  observe,
  reconcile,
};
