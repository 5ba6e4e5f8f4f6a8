/**
 * What an action is called, also when it went on in the background and has ended. One that this version does not know is
 * called as it is.
 */
import { actionName, actTexts } from "../../act/texts.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { auditTexts } from "./texts.ts";

const ENDED = " ended";

export function useActionWord(): (action: string) => string {
  const { actions, ended } = useTexts(auditTexts);
  const acts = useTexts(actTexts);
  const word = (action: string) => (actions as Record<string, string>)[action] ?? actionName(acts, action);
  return (action) => action.endsWith(ENDED) ? ended(word(action.slice(0, -ENDED.length))) : word(action);
}
