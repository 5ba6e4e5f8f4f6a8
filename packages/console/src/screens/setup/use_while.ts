/** Something that holds for a while and is known only from an answer that is asked for more often while it holds. */
import { useState } from "react";

export function useWhile(): [isSo: boolean, note: (isSo: boolean) => void] {
  const [isSo, setIsSo] = useState(false);
  return [isSo, (now) => {
    if (now !== isSo) setIsSo(now);
  }];
}
