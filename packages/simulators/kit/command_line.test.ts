import assert from "node:assert/strict";
import { refusalOfProgram, withProgram } from "./program_fixture.ts";

/** A program of its own, made on the spot, that shows the settings it was started with. */
async function withShowing(test: (main: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "command-line-", suffix: ".ts" });
  await Deno.writeTextFile(
    path,
    `import { runFromCommandLine } from "${import.meta.resolve("./command_line.ts")}";
    await runFromCommandLine({
      name: "Showing",
      defaultPort: 54399,
      numbers: ["runningAtMost"],
      start: (settings) => ({ url: "http://127.0.0.1:1", hint: JSON.stringify(settings), close: () => Promise.resolve() }),
    });`,
  );
  try {
    await test(`file://${path}`);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("options become settings, in words and in numbers", () =>
  withShowing((main) =>
    withProgram(
      main,
      (_url, hint) => {
        assert.equal(
          hint,
          'Showing simulator, {"port":0,"hostname":"0.0.0.0","publicHost":"outside","taskMs":7,"runningAtMost":3}',
        );
        return Promise.resolve();
      },
      ...["--hostname", "0.0.0.0", "--public-host", "outside", "--task-ms", "7", "--running-at-most", "3"],
    )
  ));

Deno.test("unknown options, and words where numbers belong, are refused", () =>
  withShowing(async (main) => {
    assert.match(await refusalOfProgram(main, "--unheard-of", "1"), /unheard-of/);
    assert.match(
      await refusalOfProgram(main, "--task-ms", "soon"),
      /task-ms must be a whole number, not "soon"/,
    );
  }));
