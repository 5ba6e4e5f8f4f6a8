/** Nothing that a client sends is answered with 5xx: requests made from the API's own description, most of them wrong. */
import assert from "node:assert/strict";
import { errorBody } from "../../shared/errors/error_body.ts";
import { openapiDocument } from "../../shared/operations/openapi_document.ts";
import { chanceOf } from "./fuzz/chance.ts";
import { HALF_A_PAIR, NUL } from "./fuzz/hostile.ts";
import {
  type Context,
  type Described,
  type FuzzRequest,
  operationsOf,
  pathOf,
  requestTo,
} from "./fuzz/requests.ts";
import { sample, type Schema } from "./fuzz/samples.ts";
import { startFuzzWorld } from "./fuzz/world.ts";

/** Requests to each operation. */
const REQUESTS = Number(Deno.env.get("ESTEIRA_FUZZ_REQUESTS") ?? 60);
const SEED = Number(Deno.env.get("ESTEIRA_FUZZ_SEED") ?? Date.now() % 2 ** 31);
const AT_ONCE = 6;
/** How long one answer may take: what does not come is no answer. */
const PATIENCE_MS = 30_000;
/**
 * fal's signature is made with a key that only fal has; a sign-in comes back once, from a platform; and there is no
 * publication of which nobody knows.
 */
const NEVER_SUCCEEDS = ["falWebhook", "comeBackFromPlatform", "resolvePublication"];
/** What is answered where a path names nothing, if that is not 404: nobody has set out, a choice is over, there is no body. */
const NAMES_NOTHING: Readonly<Record<string, number>> = {
  comeBackFromPlatform: 422,
  listChoices: 410,
  chooseAccount: 400,
};
/** What a worker says is evidence: odd text is replaced, and kept. */
const REPLACES_TEXT = ["completeJob", "failJob"];

const document = JSON.parse(JSON.stringify(openapiDocument()));
const named: Record<string, Schema> = document.components.schemas;
const operations = operationsOf(document);

interface Answer {
  status: number;
  text: string;
}

Deno.test(`nothing that a client sends yields a 5xx (ESTEIRA_FUZZ_SEED=${SEED})`, async (t) => {
  const { environment, contextOf } = await startFuzzWorld();
  const base = `${environment.deployment.apiUrl}/functions/v1`;
  const context: Context = { ...contextOf(chanceOf(SEED)), named };
  const counts = new Map<number, number>();
  const send = async (
    { method, address, headers, body }: Omit<FuzzRequest, "operation" | "isGood">,
  ): Promise<Answer> => {
    const response = await fetch(base + address, {
      method,
      headers,
      ...body === undefined ? {} : { body },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
    if (response.headers.get("content-type") === "text/event-stream") {
      await response.body?.cancel(); // it would go on for a minute
      return { status: response.status, text: "" };
    }
    return { status: response.status, text: await response.text() };
  };
  try {
    assert.ok(operations.length > 20, "the document has all operations");
    for (const operation of operations) {
      await t.step(`${operation.method} ${operation.path}`, async () => {
        // Its own seed: what goes before it does not change what it is asked.
        const own = { ...context, ...contextOf(chanceOf(SEED ^ hash(operation.id))), named };
        const requests = Array.from({ length: REQUESTS }, () => requestTo(operation, own));
        let successes = 0;
        const faults: string[] = [];
        await atOnce(requests, async (request) => {
          const answer = await send(request).catch((error) => ({ status: 599, text: String(error) }));
          if (answer.status < 400 && request.method === operation.method) successes++;
          const fault = faultOf(request, answer, operation);
          if (fault) {
            faults.push(`${fault}: ${show(request)} → ${answer.status} ${answer.text.slice(0, 300)}`);
          }
        });
        assert.deepEqual(faults.slice(0, 5), []);
        if (!NEVER_SUCCEEDS.includes(operation.id)) {
          assert.ok(successes > 0, "no request went as far as it could");
        }
      });
    }

    await t.step(
      "text that cannot be held, numbers that are none and endless nesting are refused in every field",
      async () => {
        const faults: string[] = [];
        for (const operation of operations.filter(({ body }) => body)) {
          for (const [what, odd] of Object.entries(UNHOLDABLE)) {
            if (REPLACES_TEXT.includes(operation.id) && what.startsWith("text")) continue;
            for (const { field, body } of oneFieldEach(operation, context, odd)) {
              const headers = {
                ...context.credentials[operation.security[0] ?? ""],
                "content-type": "application/json",
              };
              const { status, text } = await send({
                method: operation.method,
                address: pathOf(operation, context),
                headers,
                body,
              });
              const told = status === 422 ? errorBody.parse(JSON.parse(text)).error.details.field : undefined;
              if (typeof told !== "string" || !told.startsWith(field.split(".")[0] ?? "")) {
                faults.push(`${operation.id}: ${what} in ${field} → ${status} ${text.slice(0, 200)}`);
              }
            }
          }
        }
        assert.deepEqual(faults.slice(0, 10), []);
      },
    );

    await t.step(
      "a path that names nothing is 404, whatever stands in it, and a query that cannot be is 422",
      async () => {
        for (const operation of operations) {
          if (operation.id.endsWith("Webhook") && operation.method !== "POST") continue;
          const headers = context.credentials[operation.security[0] ?? ""] ?? {};
          for (
            const part of [
              "%00",
              "a%00b",
              "%ED%A0%80",
              "%E0%A4%A",
              "__proto__",
              "constructor",
              "9".repeat(4000),
              "%2e%2e%2f",
            ]
          ) {
            if (!operation.path.includes("{")) continue;
            const address = operation.path.replaceAll(/\{\w+\}/g, part);
            const { status, text } = await send({
              method: operation.method,
              address,
              headers,
              body: undefined,
            });
            const expected = NAMES_NOTHING[operation.id] ?? 404;
            assert.equal(status, expected, `${operation.id} ${part}: ${text}`);
          }
          for (const { name } of operation.parameters.filter((parameter) => parameter.in === "query")) {
            for (const value of ["%00", "%ED%A0%80", "1e999", "constructor"]) {
              const address = `${pathOf(operation, context)}?${name}=${value}`;
              const { status, text } = await send({
                method: operation.method,
                address,
                headers,
                body: undefined,
              });
              // The cursor of a platform's own list may be any text; and the choice may be over by now.
              if (operation.id === "listChoices") continue;
              // A name of a tool or a lane may be any word.
              const isName = ["tool", "lane"].includes(name) && value === "constructor";
              assert.equal(status, isName ? 404 : 422, `${operation.id} ${name}=${value}: ${text}`);
            }
          }
        }
      },
    );

    await t.step("at least half of the requests were not turned away by a limit", () => {
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
      assert.ok((counts.get(429) ?? 0) < all / 2, JSON.stringify([...counts]));
    });
    console.log(`${[...counts].toSorted().map(([status, count]) => `${count} × ${status}`).join(", ")}`);
  } finally {
    await environment.close();
  }
});

/** What no answer says that nothing can hold. */
const UNHOLDABLE: Record<string, string> = {
  "text with a NUL": JSON.stringify(NUL),
  "text with half a character": JSON.stringify(HALF_A_PAIR),
  "a number out of range": "1e999",
  "objects four thousand levels deep": '{"a":'.repeat(4000) + "1" + "}".repeat(4000),
  "lists four thousand levels deep": "[".repeat(4000) + "]".repeat(4000),
  "a field __proto__": '{"__proto__":{"a":1}}',
};

/** Good bodies of an operation, each with `odd` in another field, and one with a field that is odd itself. */
function oneFieldEach({ body }: Described, context: Context, odd: string): { field: string; body: string }[] {
  const made = sample(body ?? {}, { ...context, chance: { ...context.chance, oneIn: () => true } }) as Record<
    string,
    unknown
  >;
  const bodies: { field: string; body: string }[] = [];
  const put = (path: string[]) => {
    const copy = structuredClone(made);
    const parent = path.slice(0, -1).reduce<Record<string, unknown>>(
      (at, key) => at[key] as Record<string, unknown>,
      copy,
    );
    parent[path.at(-1) ?? ""] = "\u0001";
    bodies.push({ field: path.join("."), body: JSON.stringify(copy).replace('"\\u0001"', () => odd) });
  };
  const visit = (value: unknown, path: string[]) => {
    if (path.length > 0) put(path);
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
  };
  visit(made, []);
  return bodies;
}

/** What is wrong with an answer; undefined: nothing. */
function faultOf(request: FuzzRequest, { status, text }: Answer, operation: Described): string | undefined {
  if (status >= 500) return "an error of ours";
  // Two dots in an address lead to another service, or to none.
  const isOurs = new URL(request.address, "http://x/functions/v1/").pathname.startsWith(
    `/${operation.path.split("/")[1]}`,
  );
  if (status < 400 || request.method === "HEAD" || !isOurs) return undefined;
  const error = tryError(text);
  if (!error) return "an error of another shape";
  if (status === 422 && typeof error.details.field !== "string") return "a refusal that names no field";
  return undefined;
}

function tryError(text: string) {
  try {
    return errorBody.parse(JSON.parse(text)).error;
  } catch {
    return undefined;
  }
}

function show({ method, address, headers, body }: FuzzRequest): string {
  const { authorization: _, apikey: __, ...shown } = headers;
  const text = typeof body === "string" ? body : body && new TextDecoder().decode(body);
  return `${method} ${address.slice(0, 300)} ${JSON.stringify(shown).slice(0, 200)} ${
    JSON.stringify(text?.slice(0, 400))
  }`;
}

async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const item of left) await work(item);
  }));
}

function hash(text: string): number {
  return [...text].reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0) | 0, 7);
}
