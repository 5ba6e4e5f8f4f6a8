/** Who has done something: an operator, a secret key, or SQL. */
import { useTexts } from "../../texts/use_texts.ts";
import type { Act } from "./act.ts";
import { auditTexts } from "./texts.ts";

export function Who({ act }: { act: Pick<Act, "actor" | "actor_email" | "actor_role" | "called_as"> }) {
  const { roles, nobody, left } = useTexts(auditTexts);
  const { actor, actor_email, actor_role, called_as } = act;
  if (!actor) return <>{(nobody as Record<string, string>)[called_as] ?? called_as}</>;
  return (
    <span>
      {actor_email ?? left} <span className="quiet">{roles[actor_role]}</span>
    </span>
  );
}
