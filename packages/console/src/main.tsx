/** The page: learns its project, and shows the console of it. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { findProject } from "./session/find_project.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/table.css";

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root.");

const found = await findProject();
createRoot(element).render(
  <StrictMode>
    <App found={found} />
  </StrictMode>,
);
