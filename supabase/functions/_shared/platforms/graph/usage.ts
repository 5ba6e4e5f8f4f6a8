/** How much of its limits an app has used up, as headers tell it (docs/platforms/instagram.md#limits, facebook.md#limits). */
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

const percent = z.number().catch(0);
const appUse = z.looseObject({ call_count: percent, total_time: percent, total_cputime: percent }).catch({
  call_count: 0,
  total_time: 0,
  total_cputime: 0,
});

/** Whether the app as a whole has used up what it may ask: `X-App-Usage` has percents, of calls and of two kinds of time. */
export function isAppUsedUp(headers: Headers): boolean {
  const header = headers.get("x-app-usage");
  if (header === null || header.length > LONGEST_HEADER) return false;
  const { call_count, total_time, total_cputime } = appUse.parse(tryParseJson(header));
  return Math.max(call_count, total_time, total_cputime) >= 100;
}
