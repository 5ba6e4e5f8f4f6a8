/** Whether it is of use to ask for what only admins see. Who may see it, the database decides. */
import type { Esteira } from "../../api/esteira.ts";

/** By the claim that the database goes by: `app_metadata.role`, which only a service key can set. */
export async function isAdmin({ supabase }: Esteira): Promise<boolean> {
  const { data } = await supabase.auth.getSession();
  return data.session?.user.app_metadata.role === "admin";
}
