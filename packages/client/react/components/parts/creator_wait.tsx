/** While it is not known what an account may choose, and why it is not. */
import type { UseCreator } from "../../hooks/use_creator.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { errorWords } from "../../texts/error_words.ts";

export function CreatorWait({ creator, isLoading, error, again }: UseCreator) {
  const { texts } = useSurroundings();
  const words = texts.publishing.tiktok;
  if (creator) return null;
  if (isLoading) return <p className="esteira-card-note" role="status">{words.loading}</p>;
  return (
    <>
      {error
        ? <p className="esteira-card-error" role="alert">{errorWords(error, texts)}</p>
        : <p className="esteira-card-note">{words.nothing}</p>}
      {error && (
        <div className="esteira-actions">
          <button type="button" className="esteira-button" onClick={again}>{words.again}</button>
        </div>
      )}
    </>
  );
}
