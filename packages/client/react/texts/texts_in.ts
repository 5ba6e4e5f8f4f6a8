/** The texts of a language. */
import type { Language } from "../../../../shared/words/labels.ts";
import { EN } from "./en.ts";
import { PT_BR } from "./pt_br.ts";
import type { Texts } from "./texts.ts";

const TEXTS: Readonly<Record<Language, Texts>> = { "pt-BR": PT_BR, en: EN };

export function textsIn(language: Language): Texts {
  return TEXTS[language];
}
