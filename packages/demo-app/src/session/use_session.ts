/** The session as it is now: also when another tab signs in or out. */
import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { useEffect, useState } from "react";

export function useSession(supabase: SupabaseClient, first: Session | null): Session | null {
  const [session, setSession] = useState(first);
  useEffect(() => {
    const { data } = supabase.auth.onAuthStateChange((_, next) => setSession(next));
    return () => data.subscription.unsubscribe();
  }, [supabase]);
  return session;
}
