/** Projects that were looked at with this browser: addresses and publishable keys, nothing secret. */
import { faultOf, type Project } from "./project.ts";

const KEY = "esteira.console.projects";
const MOST = 10;

/** The last one first. */
export function knownProjects(): Project[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter((one: unknown): one is Project => {
      const { url, publishableKey } = (one ?? {}) as Partial<Project>;
      return typeof url === "string" && typeof publishableKey === "string" && !faultOf(url, publishableKey);
    });
  } catch {
    return [];
  }
}

export function rememberProject({ url, publishableKey }: Project): void {
  const others = knownProjects().filter((known) => known.url !== url);
  localStorage.setItem(KEY, JSON.stringify([{ url, publishableKey }, ...others].slice(0, MOST)));
}
