/** Where the outputs of a task are, and which of them are stored. */
import type { Message } from "../../engine/work_item.ts";

/** Where the provider keeps an output. */
export interface Address {
  url: string;
  contentType: string | null;
}

/** The outputs that are stored, by their place among all; `url` says of which address one is a copy. */
export type Stored = NonNullable<Message["item"]["attempt"]["checkpoint"]["stored"]>;
