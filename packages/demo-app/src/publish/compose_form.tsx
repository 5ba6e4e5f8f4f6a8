/** Compose once: where, what, when; look at it first; publish. */
import type { Option } from "@esteira/client";
import { PreflightReport, PublishButton, usePublish } from "@esteira/client/react";
import { type SetStateAction, useCallback, useMemo, useState } from "react";
import { go, hrefOf } from "../routing.ts";
import { useErrorWords } from "../texts/use_error_words.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Problem } from "../ui/problem.tsx";
import { Captions } from "./captions.tsx";
import { type Draft, EMPTY, isReady, wishOf } from "./draft.ts";
import { MediaField } from "./media_field.tsx";
import { Settings } from "./settings.tsx";
import { Targets } from "./targets.tsx";

export function ComposeForm() {
  const { publish } = useTexts();
  const inWords = useErrorWords();
  const { check, preflight, error, isPending, reset } = usePublish();
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const wish = useMemo(() => wishOf(draft), [draft]);
  const change = (next: SetStateAction<Draft>) => {
    reset(); // what was found is of what it was before
    setDraft(next);
  };
  const [unready, setUnready] = useState<readonly Option[]>([]);
  const tellReady = useCallback((option: Option, isReady: boolean) => {
    setUnready((before) => {
      const others = before.filter((one) => one !== option);
      return isReady ? others : [...others, option];
    });
  }, []);
  const isEmpty = !isReady(draft);
  const isOpen = draft.options.some((option) => unready.includes(option));
  const isOff = isEmpty || isOpen;
  return (
    <form
      className="card compose"
      aria-label={publish.title}
      onSubmit={(event) => event.preventDefault()}
    >
      <Targets draft={draft} onChange={change} />
      <Captions draft={draft} onChange={change} />
      <MediaField
        files={draft.files}
        onChange={(update) => change((draft) => ({ ...draft, files: update(draft.files) }))}
      />
      <Settings draft={draft} onChange={change} onReady={tellReady} />
      <label className="field">
        <span>{publish.when}</span>
        <input
          type="datetime-local"
          name="when"
          value={draft.when}
          onChange={({ target }) => change({ ...draft, when: target.value })}
        />
      </label>
      <button
        type="button"
        className="button"
        disabled={isOff || isPending}
        onClick={() => void check(wish)}
      >
        {isPending ? publish.checking : publish.check}
      </button>
      {error && <Problem title={publish.checkFailed} text={inWords(error)} />}
      {preflight && <PreflightReport preflight={preflight} />}
      <PublishButton
        wish={wish}
        disabled={isOff}
        onEnqueued={({ data }) => go(hrefOf("publish", { group: data.groupId }))}
      >
        {draft.when === "" ? publish.now : publish.schedule}
      </PublishButton>
      {isOff && <p className="quiet">{isEmpty ? publish.missing : publish.missingSettings}</p>}
    </form>
  );
}
