/** What an action is called. One that this version does not know is called as it is. */
import { useTexts } from "../../texts/use_texts.ts";
import { auditTexts } from "./texts.ts";

export function useActionWord(): (action: string) => string {
  const { actions } = useTexts(auditTexts);
  return (action) => (actions as Record<string, string>)[action] ?? action;
}
