/** What went wrong, in words for whoever looks at the page. */
import { errorWords, useSurroundings } from "@esteira/client/react";

export function useErrorWords(): (error: unknown) => string {
  const { texts } = useSurroundings();
  return (error) => errorWords(error, texts);
}
