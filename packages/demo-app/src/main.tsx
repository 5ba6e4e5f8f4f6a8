/** The page: learns its project, takes up the session, shows the app. */
import { createEsteira } from "@esteira/client";
import { createClient } from "@supabase/supabase-js";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { Broken } from "./pages/broken.tsx";
import { readProject } from "./session/project.ts";
import { restoreSession } from "./session/sign_in.ts";
import "@esteira/client/react/styles.css";
import "./styles/tokens.css";
import "./styles/client.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/shell.css";
import "./styles/pages.css";
import "./styles/tool.css";
import "./styles/canvas.css";
import "./styles/training.css";
import "./styles/queue.css";
import "./styles/publish.css";

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root.");
const root = createRoot(element);

try {
  const project = await readProject();
  const supabase = createClient(project.url, project.publishableKey);
  const session = await restoreSession(supabase, project);
  // One client for the whole page. The console shows what it does: that is what this app is for.
  const esteira = createEsteira(supabase, { logger: console });
  root.render(
    <StrictMode>
      <App esteira={esteira} supabase={supabase} project={project} firstSession={session} />
    </StrictMode>,
  );
} catch (error) {
  root.render(<Broken error={error instanceof Error ? error : new Error(String(error))} />);
}
