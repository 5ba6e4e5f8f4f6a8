/** What publishing stands on. */
import type { Logger } from "../../api/esteira.ts";
import type { Http } from "../../http/http.ts";
import type { Link } from "../../live/link.ts";
import type { Surroundings } from "../../live/surroundings.ts";

export interface PublishingDeps {
  http: Http;
  link: Link;
  surroundings: Surroundings;
  logger: Logger;
}
