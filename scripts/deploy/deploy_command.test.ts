import assert from "node:assert/strict";
import { DeployUsage, parseDeploy } from "./deploy_command.ts";

const REF = "abcdefghijklmnopqrst";

Deno.test("a ref alone: it asks, changes no public channels, and finds the project at its usual address", () => {
  assert.deepEqual(parseDeploy(["--project-ref", REF]), {
    ref: REF,
    dryRun: false,
    yes: false,
    privateOnly: false,
    includeAll: false,
    projectUrl: null,
  });
});

Deno.test("every option is read, and an address is kept without its slash", () => {
  const args = [
    "--yes",
    "--dry-run",
    "--private-only",
    "--include-all",
    "--project-url",
    "https://api.example.com/",
  ];
  assert.deepEqual(parseDeploy([`--project-ref=${REF}`, ...args]), {
    ref: REF,
    dryRun: true,
    yes: true,
    privateOnly: true,
    includeAll: true,
    projectUrl: "https://api.example.com",
  });
});

for (
  const [name, args, said] of [
    ["without a ref", [], /Usage/],
    [
      "an address in place of the ref",
      ["--project-ref", "https://x.supabase.co"],
      /twenty lower-case letters/,
    ],
    ["a ref that is too short", ["--project-ref", "abc"], /twenty lower-case letters/],
    ["a word too many", ["--project-ref", REF, "now"], /"now" is one word too many/],
    ["an unknown option", ["--project-ref", REF, "--force"], /Usage/],
    [
      "an address with a path",
      ["--project-ref", REF, "--project-url", "https://a.b/rest"],
      /no address of a project/,
    ],
    [
      "what is no address",
      ["--project-ref", REF, "--project-url", "api.example.com"],
      /no address of a project/,
    ],
  ] as const
) {
  Deno.test(`a command line that cannot be meant is told how it goes: ${name}`, () => {
    assert.throws(
      () => parseDeploy([...args]),
      (error) => error instanceof DeployUsage && said.test(error.message),
    );
  });
}
