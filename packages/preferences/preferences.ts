/** What a person has chosen on this device: language and theme. Other tabs follow. */
import { useSyncExternalStore } from "react";

export type Language = "pt-BR" | "en";
export type Theme = "system" | "light" | "dark";

const LANGUAGE = "esteira.language";
const THEME = "esteira.theme";
const listeners = new Set<() => void>();

export function useLanguage(): [Language, (language: Language) => void] {
  return [useSyncExternalStore(subscribe, language, () => "pt-BR" as const), (next) => write(LANGUAGE, next)];
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  return [
    useSyncExternalStore(subscribe, theme, () => "system" as const),
    (next) => write(THEME, next === "system" ? null : next),
  ];
}

/** Portuguese unless the browser asks for something else first: these are Brazilian tools. */
function language(): Language {
  const chosen = localStorage.getItem(LANGUAGE);
  if (chosen === "pt-BR" || chosen === "en") return chosen;
  return navigator.language.startsWith("pt") ? "pt-BR" : "en";
}

function theme(): Theme {
  const chosen = localStorage.getItem(THEME);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

function write(key: string, value: string | null): void {
  if (value === null) localStorage.removeItem(key);
  else localStorage.setItem(key, value);
  apply();
}

/** Tells the page, and who shows it. */
function apply(): void {
  document.documentElement.lang = language();
  const chosen = theme();
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  for (const tell of [...listeners]) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

addEventListener("storage", ({ key }) => (key === LANGUAGE || key === THEME) && apply());
apply();
