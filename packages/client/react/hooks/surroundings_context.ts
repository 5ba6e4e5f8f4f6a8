/** What the hooks and components of a tree share. `EsteiraProvider` gives it; components that only show need none. */
import { createContext, useContext } from "react";
import type { Language } from "../../../../shared/words/labels.ts";
import type { Esteira } from "../../api/esteira.ts";
import type { Texts } from "../texts/texts.ts";
import { textsIn } from "../texts/texts_in.ts";

/** `system`: what the page says (`data-theme` on any element above), else what the reader's system prefers. */
export type Theme = "light" | "dark" | "system";

export interface Surroundings {
  readonly client: Esteira | null;
  readonly language: Language;
  readonly theme: Theme;
  readonly texts: Texts;
}

export const SurroundingsContext = createContext<Surroundings>({
  client: null,
  language: "pt-BR",
  theme: "system",
  texts: textsIn("pt-BR"),
});

/** Language, theme and texts of the tree, with or without a provider. */
export function useSurroundings(): Surroundings {
  return useContext(SurroundingsContext);
}

/** The client of the tree. Throws where there is no `EsteiraProvider` above. */
export function useEsteira(): Esteira {
  const { client } = useSurroundings();
  if (client === null) throw new Error("There is no <EsteiraProvider> above this component.");
  return client;
}
