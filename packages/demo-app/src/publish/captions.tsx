/** The text that goes with it: one for all, and others where an option needs its own. */
import { useSurroundings } from "@esteira/client/react";
import { useTexts } from "../texts/use_texts.ts";
import type { Draft } from "./draft.ts";

export function Captions({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const { publish } = useTexts();
  const { texts } = useSurroundings();
  return (
    <>
      <label className="field">
        <span>{publish.caption}</span>
        <textarea
          name="caption"
          rows={4}
          value={draft.caption}
          placeholder={publish.captionPlaceholder}
          onChange={({ target }) => onChange({ ...draft, caption: target.value })}
        />
        <span className="quiet caption-count">{publish.characters([...draft.caption].length)}</span>
      </label>
      {draft.options.length > 0 && (
        <details className="own-captions">
          <summary>{publish.ownCaptions}</summary>
          {draft.options.map((option) => (
            <label key={option} className="field">
              <span>{texts.publishing.options[option]}</span>
              <textarea
                rows={2}
                value={draft.own[option] ?? ""}
                placeholder={draft.caption}
                onChange={({ target }) =>
                  onChange({ ...draft, own: { ...draft.own, [option]: target.value } })}
              />
            </label>
          ))}
        </details>
      )}
    </>
  );
}
