/** How long a text is, as a platform counts it. */
import type { OptionRules } from "./option_rules.ts";
import { lengthWithEmojiBytes } from "./emoji_bytes.ts";
import { xWeightedLength } from "./x_weighted_length.ts";

/** The length of `text` in UTF-16 units, in code points (emoji in bytes or not), in bytes of UTF-8, or by X's weights. */
export function countText(text: string, how: OptionRules["text"]["count"]): number {
  switch (how) {
    case "utf16":
      return text.length;
    case "codepoints":
      return [...text].length;
    case "emoji_bytes":
      return lengthWithEmojiBytes(text);
    case "bytes":
      return new TextEncoder().encode(text).length;
    case "weighted":
      return xWeightedLength(text);
  }
}
