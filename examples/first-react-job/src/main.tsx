import { EsteiraProvider } from "@esteira/client/react";
import "@esteira/client/react/styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { signIn, supabase } from "./supabase.ts";

const email = await signIn();
createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <EsteiraProvider supabase={supabase} language="en">
      <App email={email} />
    </EsteiraProvider>
  </StrictMode>,
);
