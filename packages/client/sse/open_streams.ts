/** The transport over the function `events` of a supabase client: with its address, its key and its `fetch`. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Surroundings } from "../live/surroundings.ts";
import type { OpenTransport } from "../live/transport.ts";
import { sseTransport } from "./sse_transport.ts";

export function openStreams(supabase: SupabaseClient, surroundings: Surroundings): OpenTransport {
  /** As `fetch`, through `invoke`: that answers with the response itself where it is a stream of events. */
  const ask = async (path: string, { headers, signal }: Asked): Promise<Response> => {
    const { apikey: _, ...rest } = headers; // the client shows its own
    const { data, error } = await supabase.functions.invoke(path, {
      method: "GET",
      headers: rest,
      signal,
    });
    const response = error?.context ?? data;
    if (response instanceof Response) return response;
    throw response instanceof Error ? response : error ?? new Error("the answer is no stream");
  };
  return sseTransport({ url: "events", apiKey: "", surroundings, fetch: ask as typeof fetch });
}

/** What the transport asks with. */
interface Asked {
  headers: Record<string, string>;
  signal: AbortSignal;
}
