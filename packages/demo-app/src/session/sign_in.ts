/** Who uses this page. */
import type { Session, SupabaseClient } from "@supabase/supabase-js";
import type { ProjectConfig } from "./project.ts";

/** Set when somebody has signed out by themselves: the demo user is then not signed in again behind their back. */
const LEFT = "esteira.signed_out";

/**
 * Takes up the session of the last visit, if its user still is: a local stack begins anew with each start. Else signs in
 * the demo user, where there is one and nobody has just signed out. Null: the page asks.
 */
export async function restoreSession(
  supabase: SupabaseClient,
  { demoUser }: ProjectConfig,
): Promise<Session | null> {
  const { data: { session } } = await supabase.auth.getSession();
  if (session) {
    const { error } = await supabase.auth.getUser();
    if (!error) return session;
    if (error.name === "AuthRetryableFetchError") return session; // no network: that is no reason to forget somebody
    await supabase.auth.signOut({ scope: "local" });
  }
  if (!demoUser || localStorage.getItem(LEFT)) return null;
  const { data } = await supabase.auth.signInWithPassword(demoUser);
  return data.session;
}

/** Signs in, or up where `isNew`. @throws AuthError */
export async function enter(
  supabase: SupabaseClient,
  words: { email: string; password: string },
  isNew = false,
): Promise<void> {
  const { error } = isNew ? await supabase.auth.signUp(words) : await supabase.auth.signInWithPassword(words);
  if (error) throw error;
  localStorage.removeItem(LEFT);
}

/** Signs out, in all tabs of this browser. */
export async function leave(supabase: SupabaseClient): Promise<void> {
  localStorage.setItem(LEFT, "1");
  await supabase.auth.signOut({ scope: "local" });
}
