/** For tests: whatever is sent to a simulator on the Graph API is answered. */
import assert from "node:assert/strict";
import fc from "fast-check";

/** What parameters are called at every simulator that publishes by containers, and signs in as Meta does. */
const NAMES = [
  "image_url",
  "video_url",
  "media_type",
  "children",
  "is_carousel_item",
  "creation_id",
  "fields",
  "after",
  "limit",
  "grant_type",
  "client_id",
  "code",
  "appsecret_proof",
];
const VALUES = [
  "CAROUSEL",
  "true",
  "1,2",
  '["1"]',
  "[",
  "http://127.0.0.1:9/a.jpg",
  "\uD800",
  "{id{",
  "100000",
];

/** What may be asked. */
export interface Asked {
  readonly url: string;
  readonly token: string;
  readonly paths: readonly string[];
  /** The versions before a path, with their slash. */
  readonly versions: readonly string[];
  /** Names of parameters, and values beside any text, that are its own. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** What would end the token, and is left out. */
  isLeftOut?(method: string, path: string): boolean;
}

/** Asks for 300 things, well formed or not. @throws AssertionError where one of them breaks something */
export async function assertAnswersAnything(
  { url: base, token, paths, versions, names, values, isLeftOut = () => false }: Asked,
): Promise<void> {
  const value = fc.oneof(fc.string(), fc.constantFrom(...VALUES, ...values));
  const all = fc.dictionary(fc.constantFrom(...NAMES, ...names), value);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.constantFrom(...versions),
      fc.constantFrom("GET", "POST", "DELETE"),
      all,
      fc.constantFrom("form", "json", "multipart", "nonsense"),
      async (path, version, method, parameters, how) => {
        if (isLeftOut(method, path)) return;
        const fields = new URLSearchParams({ access_token: token, ...parameters });
        const url = new URL(base + version + path);
        const form = new FormData();
        for (const [name, value] of fields) form.set(name, value);
        const body = { form: fields, json: JSON.stringify(parameters), multipart: form, nonsense: "{" }[how];
        if (method !== "POST") url.search = fields.toString();
        const type = how === "json" || how === "nonsense"
          ? { "content-type": "application/json" }
          : undefined;
        const response = await fetch(url, {
          method,
          redirect: "manual",
          ...method === "POST" ? { body, ...type ? { headers: type } : {} } : {},
        });
        await response.body?.cancel();
        assert.ok(response.status < 500, `${response.status} ${method} ${url}`);
      },
    ),
    { numRuns: 300 },
  );
}
