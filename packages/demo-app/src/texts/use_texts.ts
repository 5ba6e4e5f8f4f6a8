/** The sentences in the language of the page. */
import { useLanguage } from "@esteira/preferences";
import { EN } from "./en.ts";
import { PT_BR, type Texts } from "./pt_br.ts";

export function useTexts(): Texts {
  const [language] = useLanguage();
  return language === "en" ? EN : PT_BR;
}
