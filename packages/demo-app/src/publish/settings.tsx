/** What each chosen option wants to know: of TikTok all of it is open, for nothing is chosen there beforehand. */
import { type Option, platformOf } from "@esteira/client";
import { hasSettings, PostSettings, useConnections, useSurroundings } from "@esteira/client/react";
import { useTexts } from "../texts/use_texts.ts";
import { accountOf, type Draft } from "./draft.ts";
import { useDuration } from "./use_duration.ts";

interface Props {
  draft: Draft;
  onChange: (update: (draft: Draft) => Draft) => void;
  /** Told of each option when it changes whether all is chosen that it has to have. */
  onReady: (option: Option, isReady: boolean) => void;
}

export function Settings({ draft, onChange, onReady }: Props) {
  const { publish } = useTexts();
  const { texts } = useSurroundings();
  const { connections } = useConnections();
  const seconds = useDuration(draft.files);
  const options = draft.options.filter(hasSettings);
  if (options.length === 0) return null;
  return (
    <div role="group" aria-label={publish.settings}>
      {options.map((option) => (
        <details key={option} className="option-settings" open={platformOf(option) === "tiktok" || undefined}>
          <summary>{publish.settingsOf(texts.publishing.options[option])}</summary>
          <PostSettings
            option={option}
            connectionId={accountOf(draft, option, connections)}
            value={draft.settings[option] ?? {}}
            onChange={(value) =>
              onChange((draft) => ({ ...draft, settings: { ...draft.settings, [option]: value } }))}
            onReady={(isReady) =>
              onReady(option, isReady)}
            {...seconds !== null && { durationSeconds: seconds }}
          />
        </details>
      ))}
    </div>
  );
}
