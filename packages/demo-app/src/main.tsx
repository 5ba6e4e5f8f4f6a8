/** The page: learns its project, takes up the session, shows the app. */
import { createClient } from "@supabase/supabase-js";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { Broken } from "./pages/broken.tsx";
import { readProject } from "./session/project.ts";
import { restoreSession } from "./session/sign_in.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/shell.css";
import "./styles/pages.css";
import "./styles/tool.css";
import "./styles/canvas.css";
import "./styles/training.css";
import "./styles/queue.css";

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root.");
const root = createRoot(element);

try {
  const project = await readProject();
  const supabase = createClient(project.url, project.publishableKey);
  const session = await restoreSession(supabase, project);
  root.render(
    <StrictMode>
      <App supabase={supabase} project={project} firstSession={session} />
    </StrictMode>,
  );
} catch (error) {
  root.render(<Broken error={error instanceof Error ? error : new Error(String(error))} />);
}
