/** Makes the client. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Esteira, EsteiraOptions, Logger } from "./api/esteira.ts";
import { createData } from "./data/create_data.ts";
import { listener } from "./data/listening.ts";
import { createHttp } from "./http/http.ts";
import { ownTimers } from "./http/own_timers.ts";
import { createLink } from "./live/create_link.ts";
import type { Link } from "./live/link.ts";
import { browserSurroundings, type Surroundings } from "./live/surroundings.ts";
import { openStreams } from "./sse/open_streams.ts";
import { createUploads } from "./upload/create_uploads.ts";

const SILENT: Logger = { debug() {}, warn() {}, error() {} };

/**
 * The client of a project, for whoever is signed in to `supabase`. It does nothing until something is asked of it; one client
 * serves a whole app. Never throws: what cannot be reached is told by `connection`, what is refused by what was asked for.
 */
export function createEsteira(supabase: SupabaseClient, options: EsteiraOptions = {}): Esteira {
  const surroundings = browserSurroundings();
  const { logger, shareTabs, transport } = options;
  const link = createLink(supabase, {
    surroundings,
    ...logger && { logger },
    ...transport === "sse" && { transport: { kind: "sse", open: openStreams(supabase, surroundings) } },
    ...shareTabs !== undefined && { shareTabs },
  });
  return assemble(supabase, { link, surroundings }, options);
}

/** The client on parts that are given, as tests give them. */
export function assemble(
  supabase: SupabaseClient,
  { link, surroundings: here }: { link: Link; surroundings: Surroundings },
  options: EsteiraOptions = {},
): Esteira {
  const logger = options.logger ?? SILENT;
  const timers = ownTimers(here);
  const { surroundings } = timers;
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
  const uploads = createUploads({ http, link, surroundings });
  return {
    ...data,
    supabase,
    upload: uploads.upload,
    connection: link.connection,
    logger,
    listen: listener(link),
    close() {
      data.close();
      uploads.close();
      http.close();
      timers.close();
      link.close();
    },
  };
}
