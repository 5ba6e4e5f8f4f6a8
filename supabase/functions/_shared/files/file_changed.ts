/** A file that changed while it was copied. */
import type { Source } from "./source.ts";

/** The file is another one than that of which a part is stored. `source`: the new one, from its beginning. */
export class FileChanged extends Error {
  override readonly name = "FileChanged";

  constructor(readonly source: Source) {
    super("The result has changed");
  }
}
