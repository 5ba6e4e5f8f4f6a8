/** Five megabytes of anything are read in a time that grows with their length, by all that reads what came from outside. */
import assert from "node:assert/strict";
import { cpuMs } from "../../../../shared/cpu_time_fixture.ts";
import { parseJson, tryParseJson } from "../text/json.ts";
import { redact } from "../text/redact.ts";
import { unstorable } from "../text/storable.ts";
import { withoutAddresses } from "../text/without_addresses.ts";
import { providerNamed, providerNames } from "./registry.ts";

/** Shorter first: what takes the square of a length is noticed where it takes seconds, and not at five megabytes. */
const SIZES = [2 ** 14, 2 ** 17];
const WHOLE = 5 * 2 ** 20;
/** So many are read whole, those that took longest; all of them in `npm run test:long`. */
const READ_WHOLE = Deno.env.get("ESTEIRA_BIG") ? Infinity : 1;
/** Of the processor's time, for each size: what else the machine does is not counted. The last takes some 100 to 500. */
const MOST_MS = 3000;
const SECRET = "8d1c6f2e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
const PUMPS = [
  ...[
    "eyJ-",
    "eyJa.b.c ",
    "eyJ.",
    '"',
    '\\"',
    '"\\',
    "[",
    "[],",
    '{"a":',
    "-",
    "9",
    "1e999,",
    "NaN,",
    "-Infinit",
  ],
  ...[
    "a:1",
    ":",
    "http://",
    ".",
    "%",
    " ",
    "\n",
    "\0",
    "\ud800",
    "é",
    "director ",
    "OSError ",
    SECRET,
    SECRET.slice(0, 20),
  ],
];

/** What is no different from others once it stands in a JSON string is left out. */
const TEXT_PUMPS = PUMPS.filter((pump) => !/^[[\d{N]/.test(pump));

const repeated = (pump: string, size: number) => pump.repeat(Math.ceil(size / pump.length)).slice(0, size);

/** Has `read` read each of the texts, `bodyOf` its pump, and says what was slow. */
function slowReads(
  bodyOf: (text: string) => string,
  read: (body: string) => unknown,
  pumps: readonly string[] = PUMPS,
): string[] {
  const slow: string[] = [];
  const timeOf = (pump: string, size: number): number => {
    const body = bodyOf(repeated(pump, size));
    let ms = cpuMs(() => read(body));
    // Garbage of others is collected on the same account: what is slow is slow again.
    if (ms > MOST_MS) ms = Math.min(ms, cpuMs(() => read(body)));
    if (ms > MOST_MS) slow.push(`${JSON.stringify(pump)}, ${size} characters: ${ms.toFixed()} ms`);
    return ms;
  };
  const timed = pumps.map((pump) => ({ pump, ms: Math.max(...SIZES.map((size) => timeOf(pump, size))) }));
  if (slow.length > 0) return slow;
  for (const { pump } of timed.toSorted((a, b) => b.ms - a.ms).slice(0, READ_WHOLE)) timeOf(pump, WHOLE);
  return slow;
}

for (
  const [name, read] of Object.entries<(text: string) => unknown>({
    parseJson: (text) => tryParseJson(text),
    redact: (text) => redact(text, [SECRET]),
    "redact, of what was parsed": (text) =>
      redact(parseJson(JSON.stringify({ a: text, [text]: 1 })), [SECRET]),
    unstorable: (text) => unstorable(tryParseJson(`[${text}0]`) ?? [text]),
    withoutAddresses: (text) => withoutAddresses(text),
  })
) {
  Deno.test(`${name} takes a time in proportion to the text`, () =>
    assert.deepEqual(slowReads((text) => text, read), []));
}

for (const name of providerNames()) {
  Deno.test(`${name}: a webhook's body is read in a time in proportion to its length`, () => {
    const provider = providerNamed(name);
    const bodyOf = (whole: string) => {
      const text = whole.slice(0, whole.length / 16);
      const said = {
        code: 805,
        status: "FAILED",
        state: "fail",
        error: text,
        logs: text,
        msg: text,
        errorMessage: text,
      };
      const names = { event: "TASK_END", taskId: "1", id: "p", request_id: "r" };
      return JSON.stringify({
        ...said,
        ...names,
        data: { ...said, ...names },
        eventData: JSON.stringify(said),
      });
    };
    assert.deepEqual(slowReads(bodyOf, (body) => provider.parse(body), TEXT_PUMPS), []);
  });
}
