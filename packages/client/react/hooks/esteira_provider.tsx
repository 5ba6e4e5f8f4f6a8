/** Gives a client, a language and a theme to the tree below. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { type ReactNode, useMemo } from "react";
import type { Language } from "../../../../shared/words/labels.ts";
import type { Esteira, EsteiraOptions } from "../../api/esteira.ts";
import { createEsteira } from "../../index.ts";
import { textsIn } from "../texts/texts_in.ts";
import { clientStore } from "./client_store.ts";
import { SurroundingsContext, type Theme } from "./surroundings_context.ts";
import { constantStore, useStore } from "./use_store.ts";

interface Common {
  children?: ReactNode;
  /** What the components speak. Default `pt-BR`. */
  language?: Language;
  /** Default `system`: `data-theme` on an element above decides, else the reader's system. */
  theme?: Theme;
}

export type EsteiraProviderProps =
  & Common
  & (
    /** A client of your own: you close it. */
    | { client: Esteira; supabase?: undefined; options?: undefined }
    /**
     * Makes the one client over `supabase`, and closes it when no provider is left that shows it. Its options are those of
     * the first provider.
     */
    | { client?: undefined; supabase: SupabaseClient; options?: EsteiraOptions }
  );

export function EsteiraProvider(props: EsteiraProviderProps) {
  const { children, language = "pt-BR", theme = "system", client: given, supabase, options } = props;
  const client = useStore(useMemo(
    () => given ? constantStore(given) : clientStore(supabase, () => createEsteira(supabase, options)),
    // deno-lint-ignore react-rules-of-hooks -- `options` are those of the first
    [given, supabase],
  ));
  const value = useMemo(() => ({ client, language, theme, texts: textsIn(language) }), [
    client,
    language,
    theme,
  ]);
  return <SurroundingsContext.Provider value={value}>{children}</SurroundingsContext.Provider>;
}
