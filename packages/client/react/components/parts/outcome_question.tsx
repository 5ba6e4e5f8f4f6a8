/** Nobody knows whether it was published: whoever has looked may say. */
import type { UsePublicationActions } from "../../hooks/use_publication_actions.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";

export function OutcomeQuestion({ resolve, pending }: Pick<UsePublicationActions, "resolve" | "pending">) {
  const { texts, client } = useSurroundings();
  const words = texts.publishing.publication;
  return (
    <div className="esteira-ask" role="group" aria-label={words.state.unknown}>
      <p>{words.unknown}</p>
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
