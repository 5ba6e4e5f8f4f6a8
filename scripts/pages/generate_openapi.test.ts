import assert from "node:assert/strict";
import { ERROR_STATUS } from "../../shared/errors/errors.ts";
import { openapiDocument } from "../../shared/operations/openapi_document.ts";
import { generateOpenapi, OPENAPI_FILE } from "./generate_openapi.ts";
import { ROOT } from "../paths.ts";

Deno.test('the description of the API is up to date (else run "npm run openapi")', async () => {
  assert.equal(await Deno.readTextFile(OPENAPI_FILE), generateOpenapi());
});

Deno.test("every error that the document knows is one of the contract, with its status", () => {
  const { paths = {}, components } = openapiDocument();
  const statuses = new Map<string, string>();
  for (const methods of Object.values(paths)) {
    for (
      const { responses } of Object.values(methods) as { responses: Record<string, { $ref?: string }> }[]
    ) {
      for (const [status, { $ref }] of Object.entries(responses)) if ($ref) statuses.set($ref, status);
    }
  }
  assert.ok(statuses.size > 10);
  for (const [ref, status] of statuses) {
    const { description = "" } = components?.responses?.[ref.split("/").at(-1) ?? ""] as {
      description?: string;
    };
    for (const code of description.split(", ")) {
      assert.equal(String(ERROR_STATUS[code as keyof typeof ERROR_STATUS]), status, code);
    }
  }
});

Deno.test("clients may be answered with fields that they do not know yet", () => {
  const { components } = openapiDocument();
  assert.equal(JSON.stringify(components?.schemas?.Job).includes('"additionalProperties":false'), false);
  assert.ok(
    JSON.stringify(openapiDocument({ isClosed: true }).components?.schemas?.Job).includes(
      '"additionalProperties":false',
    ),
  );
});

Deno.test("what makes the description is not loaded before somebody asks for it", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "supabase/functions/jobs/index.ts"],
    cwd: ROOT,
    env: { DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  const { roots, modules, redirects } = JSON.parse(new TextDecoder().decode(stdout)) as {
    roots: string[];
    redirects: Record<string, string>;
    modules: {
      specifier: string;
      dependencies?: { code?: { specifier: string }; isDynamic?: boolean; specifier: string }[];
    }[];
  };
  const known = new Map(modules.map((module) => [module.specifier, module]));
  const reached = new Set<string>();
  const toSee = [...roots];
  for (let next = toSee.pop(); next; next = toSee.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    for (const { code, isDynamic } of known.get(redirects[next] ?? next)?.dependencies ?? []) {
      if (code && !isDynamic) toSee.push(code.specifier);
    }
  }
  const named = (name: string) => [...reached].filter((specifier) => specifier.includes(name));
  assert.ok(named("/jobs/openapi.ts").length === 1 && named("/zod").length > 0, "the modules were found");
  assert.deepEqual(named("openapi_document.ts"), []);
  assert.deepEqual(named("zod-openapi"), []);
});
