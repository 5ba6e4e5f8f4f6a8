/** What five megabytes from outside cost that were made to slow a reader down. */
import type { Contender, Measure } from "../contenders/contender.ts";
import { quantiles } from "../harness/timing.ts";
import { tryParseJson } from "../../supabase/functions/_shared/text/json.ts";
import { redact } from "../../supabase/functions/_shared/text/redact.ts";
import { unstorable } from "../../supabase/functions/_shared/text/storable.ts";
import { withoutAddresses } from "../../supabase/functions/_shared/text/without_addresses.ts";

const BYTES = 5 * 1024 * 1024;
const SECRET = "8d1c6f2e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";

/** By the names of the rows, which the targets look up: what is read, and by whom. */
const READERS: Record<string, () => unknown> = {
  "parseJson, an unfinished string": reading('"\\', tryParseJson),
  "parseJson, brackets": reading("[", tryParseJson),
  "parseJson, no numbers": reading("-", tryParseJson),
  "redact, beginnings of tokens": reading("eyJ-", (text) => redact(text, [SECRET])),
  "redact, half a secret": reading(SECRET.slice(0, 20), (text) => redact(text, [SECRET])),
  "unstorable, one long text": reading("é", (text) => unstorable({ a: text })),
  "withoutAddresses, dots": reading(".", withoutAddresses),
  "withoutAddresses, colons": reading("a:1", withoutAddresses),
};
export const HOSTILE_TEXTS: readonly string[] = Object.keys(READERS);

/** Reading it, in the process of the functions, which reads nothing else meanwhile. No peer reads what strangers send. */
export const hostileText: Measure = {
  name: "hostile_text",
  title: "Five megabytes made to slow a reader down",
  sides: HOSTILE_TEXTS.map((name) => ({
    name,
    open: () => Promise.resolve(contender(READERS[name] ?? (() => {}))),
  })),
};

function reading(pump: string, read: (text: string) => unknown): () => unknown {
  let text = "";
  return () => read(text ||= pump.repeat(Math.ceil(BYTES / pump.length)).slice(0, BYTES));
}

function contender(read: () => unknown): Contender {
  return {
    round: (seconds) => {
      const times: number[] = [];
      for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
        const startedAt = performance.now();
        read();
        times.push(performance.now() - startedAt);
      }
      return Promise.resolve(quantiles(times));
    },
    close: () => Promise.resolve(),
  };
}
