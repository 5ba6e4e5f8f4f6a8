/** Every sentence twice: what one language has, the other has too, or it does not compile. */
import type { Language } from "@esteira/preferences";

type Texts = { readonly [key: string]: string | ((...args: never[]) => string) | Texts | readonly string[] };

/** The same with any words in it. */
type Worded<T> = T extends string ? string
  : T extends (...args: infer Args) => string ? (...args: Args) => string
  : T extends readonly string[] ? readonly string[]
  : { readonly [Key in keyof T]: Worded<T[Key]> };

export type TextsIn<T> = Readonly<Record<Language, Worded<T>>>;

/** The texts of one screen or part. */
export function defineTexts<const T extends Texts>(texts: { "pt-BR": T; en: Worded<T> }): TextsIn<T> {
  return texts as unknown as TextsIn<T>;
}
