/** The project: the local one, unless VITE_SUPABASE_URL and VITE_SUPABASE_PUBLISHABLE_KEY name another. */
import { createClient } from "@supabase/supabase-js";

const { VITE_SUPABASE_URL, VITE_SUPABASE_PUBLISHABLE_KEY } = import.meta.env;

export const supabase = createClient(
  VITE_SUPABASE_URL ?? "http://127.0.0.1:54321",
  VITE_SUPABASE_PUBLISHABLE_KEY ?? "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH",
);

/** Signs up somebody new, unless somebody is signed in here. Returns the email address. */
export async function signIn(): Promise<string> {
  const { data } = await supabase.auth.getSession();
  if (data.session) return data.session.user.email ?? "";
  const email = `${crypto.randomUUID()}@example.com`;
  const { error } = await supabase.auth.signUp({ email, password: crypto.randomUUID() });
  if (error) throw error;
  return email;
}
