/** Finds the project: in the page's address, beside the page, or among those of the last visits. */
import { knownProjects, rememberProject } from "./known_projects.ts";
import { faultOf, type FoundProject, type Project, withoutSlash } from "./project.ts";

/**
 * `?project=<address>&key=<publishable key>` says it; with the address alone, the key is the one that was used before.
 * Else `project.json` beside the page; else the project of the last visit.
 */
export async function findProject(): Promise<FoundProject> {
  const query = new URLSearchParams(location.search);
  const url = withoutSlash(query.get("project") ?? "");
  const key = query.get("key") ?? knownProjects().find((known) => known.url === url)?.publishableKey ?? "";
  const beside = await besidePage();
  if (url && url !== beside?.url) {
    if (faultOf(url, key)) return { project: null, url };
    rememberProject({ url, publishableKey: key });
    return { project: { url, publishableKey: key }, url };
  }
  return { project: beside ?? (url ? null : knownProjects()[0] ?? null), url };
}

/** A static host need not have the file: then its answer is another, a page perhaps. */
async function besidePage(): Promise<Project | null> {
  try {
    const response = await fetch("./project.json", { cache: "no-store" });
    const told = response.ok ? await response.json() as Partial<Project> : {};
    const { url = "", publishableKey = "", demoUser = null } = told;
    return faultOf(url, publishableKey) ? null : { url: withoutSlash(url), publishableKey, demoUser };
  } catch {
    return null;
  }
}
