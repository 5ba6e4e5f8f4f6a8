/** Shown where the page cannot learn which project it belongs to. */
import { useTexts } from "../texts/use_texts.ts";

export function Broken({ error }: { error: Error }) {
  const { broken } = useTexts();
  return (
    <main className="lone">
      <h1>{broken.title}</h1>
      <p>{broken.text}</p>
      <p className="quiet">{error.message}</p>
      <button type="button" className="button is-main" onClick={() => location.reload()}>
        {broken.reload}
      </button>
    </main>
  );
}
