/** What every page may want to know: the project and who is signed in. */
import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { createContext, useContext } from "react";
import type { ProjectConfig } from "./project.ts";

export interface AppSurroundings {
  readonly supabase: SupabaseClient;
  readonly project: ProjectConfig;
  readonly session: Session | null;
}

export const AppContext = createContext<AppSurroundings | null>(null);

export function useApp(): AppSurroundings {
  const app = useContext(AppContext);
  if (!app) throw new Error("There is no <AppContext> above this component.");
  return app;
}
