/** The session as it is now: also when it ends, is renewed, or another tab signs in or out. */
import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { useEffect, useState } from "react";
import { hasLeft } from "./leaving.ts";

/** undefined: not known yet; null: nobody is signed in. Signs in the demo user, if nobody has just left. */
export function useSession(
  supabase: SupabaseClient,
  demoUser: { email: string; password: string } | null,
): Session | null | undefined {
  const [session, setSession] = useState<Session | null>();
  useEffect(() => {
    let isOver = false;
    const { data } = supabase.auth.onAuthStateChange((event, next) => {
      if (event !== "INITIAL_SESSION" && !isOver) setSession(next);
    });
    void take(supabase, demoUser).then((first) => {
      if (!isOver) setSession(first);
    });
    return () => {
      isOver = true;
      data.subscription.unsubscribe();
    };
  }, [supabase, demoUser]);
  return session;
}

async function take(
  supabase: SupabaseClient,
  demoUser: { email: string; password: string } | null,
): Promise<Session | null> {
  const { data: { session } } = await supabase.auth.getSession();
  if (session) {
    // A stack on this machine begins anew with each start, and its users with it.
    const { error } = demoUser ? await supabase.auth.getUser() : { error: null };
    if (!error || error.name === "AuthRetryableFetchError") return session;
    await supabase.auth.signOut({ scope: "local" });
  }
  if (!demoUser || hasLeft()) return null;
  const { data } = await supabase.auth.signInWithPassword(demoUser);
  return data.session;
}
