/** How much of its limits an app has used up, as `X-Business-Use-Case-Usage` tells it (docs/platforms/instagram.md#limits). */
import { z } from "zod";
import { tryParseJson } from "../../text/json.ts";

const LONGEST_HEADER = 20_000;

const use = z.looseObject({ estimated_time_to_regain_access: z.number().nonnegative().catch(0) }).catch({
  estimated_time_to_regain_access: 0,
});
const usage = z.record(z.string(), z.array(use).catch([])).catch({});

/** In how many milliseconds calls are taken again; 0 where nothing is said: the header has minutes, of each business and use. */
export function regainMs(headers: Headers): number {
  const header = headers.get("x-business-use-case-usage");
  if (header === null || header.length > LONGEST_HEADER) return 0;
  const minutes = Object.values(usage.parse(tryParseJson(header)))
    .flat()
    .map(({ estimated_time_to_regain_access }) => estimated_time_to_regain_access);
  return minutes.reduce((most, one) => Math.max(most, one), 0) * 60_000;
}
