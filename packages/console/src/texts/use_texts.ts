/** The texts of a screen in the reader's language. */
import type { Language } from "../preferences.ts";
import { useLanguage } from "../preferences.ts";

export function useTexts<T>(texts: Readonly<Record<Language, T>>): T {
  const [language] = useLanguage();
  return texts[language];
}
