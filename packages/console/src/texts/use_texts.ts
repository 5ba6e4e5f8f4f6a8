/** The texts of a screen in the reader's language. */
import type { Language } from "@esteira/preferences";
import { useLanguage } from "@esteira/preferences";

export function useTexts<T>(texts: Readonly<Record<Language, T>>): T {
  const [language] = useLanguage();
  return texts[language];
}
