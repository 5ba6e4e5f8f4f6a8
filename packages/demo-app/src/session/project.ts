/** Which project this page belongs to. Whoever serves the page says so in `project.json` beside it. */

export interface ProjectConfig {
  readonly url: string;
  readonly publishableKey: string;
  /** Who is signed in without being asked: only ever said by a stack on this machine. */
  readonly demoUser: { readonly email: string; readonly password: string } | null;
}

/** Reads it. @throws Error with words for the screen. */
export async function readProject(): Promise<ProjectConfig> {
  const response = await fetch("./project.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`project.json: HTTP ${response.status}`);
  return await response.json() as ProjectConfig;
}
