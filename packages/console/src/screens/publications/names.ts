/** What platforms and options are called, in the words that the users of apps read. */
import { textsIn } from "@esteira/client/react";
import { useMemo } from "react";
import { useLanguage } from "@esteira/preferences";

export interface Names {
  platform(name: string): string;
  option(name: string): string;
}

/** What this version does not know is called as it is. */
export function useNames(): Names {
  const [language] = useLanguage();
  return useMemo(() => {
    const { platforms, options } = textsIn(language).publishing;
    return {
      platform: (name) => (platforms as Record<string, string>)[name] ?? name,
      option: (name) => (options as Record<string, string>)[name] ?? name,
    };
  }, [language]);
}
