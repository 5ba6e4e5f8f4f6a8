/** Gives a client, a language and a theme to the tree below. */
import { type ReactNode, useMemo } from "react";
import type { Language } from "../../../../shared/words/labels.ts";
import type { Esteira } from "../../api/esteira.ts";
import { textsIn } from "../texts/texts_in.ts";
import { SurroundingsContext, type Theme } from "./surroundings_context.ts";

export interface EsteiraProviderProps {
  children?: ReactNode;
  /** A client of your own: you close it. */
  client: Esteira;
  /** What the components speak. Default `pt-BR`. */
  language?: Language;
  /** Default `system`: `data-theme` on an element above decides, else the reader's system. */
  theme?: Theme;
}

export function EsteiraProvider(
  { children, client, language = "pt-BR", theme = "system" }: EsteiraProviderProps,
) {
  const value = useMemo(() => ({ client, language, theme, texts: textsIn(language) }), [
    client,
    language,
    theme,
  ]);
  return <SurroundingsContext.Provider value={value}>{children}</SurroundingsContext.Provider>;
}
