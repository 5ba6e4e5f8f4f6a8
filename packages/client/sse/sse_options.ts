/** What the transport over the function `events` stands on. */
import type { Surroundings } from "../live/surroundings.ts";

export interface SseOptions {
  /** Address of the function: `https://<ref>.supabase.co/functions/v1/events`. */
  readonly url: string;
  /** The project's publishable key. */
  readonly apiKey: string;
  readonly surroundings: Surroundings;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}
