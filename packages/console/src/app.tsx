/** The console: which project, who is there, in which role; then the screens. */
import { useState } from "react";
import type { FoundProject, Project } from "./session/project.ts";
import { ProjectPage } from "./session/project_page.tsx";
import { Signed } from "./session/signed.tsx";

export function App({ found }: { found: FoundProject }) {
  const [project, setProject] = useState<Project | null>(found.project);
  if (!project) return <ProjectPage url={found.url} onChoose={setProject} />;
  // Another project is another console: nothing that was read of the last one stays behind.
  return <Signed key={project.url} project={project} />;
}
