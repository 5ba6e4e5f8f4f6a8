/** Nobody knows whether it was published: whoever has looked may say. */
import type { Why } from "../../../../../shared/rows/why.ts";
import type { UsePublicationActions } from "../../hooks/use_publication_actions.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";

export interface OutcomeQuestionProps extends Pick<UsePublicationActions, "resolve" | "pending"> {
  /** Why nobody knows, as the database says it; null: it has not. */
  reason: Why | null;
}

export function OutcomeQuestion({ resolve, pending, reason }: OutcomeQuestionProps) {
  const { texts, client, language } = useSurroundings();
  const words = texts.publishing.publication;
  return (
    <div className="esteira-ask" role="group" aria-label={words.state.unknown}>
      <p>{reason?.words[language] ?? words.unknown}</p>
      {client !== null && (["there", "not_there"] as const).map((resolved) => (
        <button
          key={resolved}
          type="button"
          className="esteira-button"
          aria-disabled={pending !== null}
          onClick={() => void resolve(resolved)}
        >
          {pending === resolved ? words.resolving : resolved === "there" ? words.there : words.notThere}
        </button>
      ))}
    </div>
  );
}
