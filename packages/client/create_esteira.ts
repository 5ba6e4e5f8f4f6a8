/** Makes the client. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Esteira, EsteiraOptions, Logger } from "./api/esteira.ts";
import { createData } from "./data/create_data.ts";
import { listener } from "./data/listening.ts";
import { createHttp } from "./http/http.ts";
import type { Link } from "./live/link.ts";
import type { Surroundings } from "./live/surroundings.ts";

const SILENT: Logger = { debug() {}, warn() {}, error() {} };

/** What tests put in the place of the real ones. */
export interface Inside {
  link: Link;
  surroundings: Surroundings;
}

/** The client on parts that are given. */
export function assemble(supabase: SupabaseClient, { link, surroundings }: Inside, options: EsteiraOptions = {}): Esteira {
  const logger = options.logger ?? SILENT;
  const http = createHttp({ supabase, link, surroundings });
  const data = createData({
    supabase,
    link,
    http,
    surroundings,
    logger,
    isHeard: logger !== SILENT,
    reportDelivery: options.reportDelivery ?? true,
  });
  return {
    ...data,
    supabase,
    upload: () => {
      throw new Error("not there yet");
    },
    connection: link.connection,
    logger,
    listen: listener(link),
    close() {
      data.close();
      http.close();
      link.close();
    },
  };
}
