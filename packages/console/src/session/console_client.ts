/** The clients of a project: supabase-js with the operator's session, and Esteira's on top of it. */
import { createEsteira, type Esteira } from "@esteira/client";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { exactFetch } from "./exact_integers.ts";
import type { Project } from "./project.ts";

export interface ConsoleClient {
  readonly supabase: SupabaseClient;
  readonly esteira: Esteira;
}

/** `pkce`: what comes back from a sign-in stands before the `#`, where the screens' addresses begin. */
export function createConsoleClient({ url, publishableKey }: Project): ConsoleClient {
  const supabase = createClient(url, publishableKey, {
    auth: { flowType: "pkce", storageKey: `esteira.console.${url}` },
    global: { fetch: exactFetch },
  });
  return { supabase, esteira: createEsteira(supabase, { reportDelivery: false }) };
}
