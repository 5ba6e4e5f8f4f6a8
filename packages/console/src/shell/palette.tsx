/** Everything by keyboard: Ctrl K, a few letters, Enter. */
import { Command } from "cmdk";
import { useState } from "react";
import { hrefTo } from "../data/use_filters.ts";
import { useUpdates } from "../data/updates.ts";
import { useLanguage, useTheme } from "@esteira/preferences";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "../ui/icon.tsx";
import { SCREENS, screenTexts } from "./screens.ts";
import { shellTexts } from "./texts.ts";

const JOB_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function Palette({ onClose }: { onClose(): void }) {
  const texts = useTexts(shellTexts);
  const names = useTexts(screenTexts);
  const [text, setText] = useState("");
  const [language, setLanguage] = useLanguage();
  const [, setTheme] = useTheme();
  const { isPaused, pause } = useUpdates();
  const typed = text.trim();
  const go = (href: string) => {
    location.hash = href;
    onClose();
  };
  const then = (act: () => void) => () => {
    act();
    onClose();
  };
  return (
    <Command.Dialog
      open
      label={texts.find}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      className="palette"
    >
      <Command.Input
        placeholder={texts.findHint}
        value={text}
        onValueChange={setText}
        aria-label={texts.findHint}
      />
      <Command.List label={texts.find}>
        <Command.Empty>{texts.noMatch}</Command.Empty>
        {JOB_ID.test(typed) && (
          <Command.Group heading={texts.groups.jobs} forceMount>
            <Command.Item forceMount value={`job ${typed}`} onSelect={() => go(`/jobs/${typed}`)}>
              {texts.job(typed)}
            </Command.Item>
          </Command.Group>
        )}
        <Command.Group heading={texts.groups.screens}>
          {SCREENS.map(({ name, path }) => (
            <Command.Item
              key={name}
              value={`${names[name]} ${name}`}
              onSelect={() => go(path)}
            >
              <Icon name={name} />
              {names[name]}
            </Command.Item>
          ))}
        </Command.Group>
        <Command.Group heading={texts.groups.settings}>
          <Command.Item onSelect={then(() => pause(!isPaused))}>
            {isPaused ? texts.resume : texts.pause}
          </Command.Item>
          <Command.Item onSelect={then(() => setTheme("light"))}>
            {`${texts.theme}: ${texts.themes.light}`}
          </Command.Item>
          <Command.Item onSelect={then(() => setTheme("dark"))}>
            {`${texts.theme}: ${texts.themes.dark}`}
          </Command.Item>
          <Command.Item onSelect={then(() => setLanguage(language === "en" ? "pt-BR" : "en"))}>
            {texts.language}
          </Command.Item>
        </Command.Group>
        {typed !== "" && !JOB_ID.test(typed) && (
          <Command.Group heading={texts.groups.jobs} forceMount>
            <Command.Item
              forceMount
              value={`search ${typed}`}
              onSelect={() => go(hrefTo("/jobs", { text: typed }))}
            >
              {texts.search(typed)}
            </Command.Item>
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
}
