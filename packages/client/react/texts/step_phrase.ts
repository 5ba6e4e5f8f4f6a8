/** A step's name inside a sentence, without the dots of what goes on: `Falhou em: Processando com IA`. */
import { type Language, stepLabel } from "../../../../shared/words/labels.ts";

export function stepPhrase(step: string, language: Language): string {
  return stepLabel(step, language).replace(/(\.\.\.|!)$/, "");
}
