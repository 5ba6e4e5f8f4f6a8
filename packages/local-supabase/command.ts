/** Runs a command to its end. */

/** A command ended with a non-zero exit code; the message carries what it printed. */
export class CommandError extends Error {
  readonly code = "command_failed";
}

/**
 * Runs `command` and returns its standard output.
 * @throws CommandError when it is missing or fails.
 */
export async function run(
  command: string,
  args: string[],
  options: Deno.CommandOptions = {},
): Promise<string> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(command, { args, stdin: "null", ...options }).output();
  } catch (error) {
    throw new CommandError(`${command} could not be started: ${(error as Error).message}`);
  }
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!output.success) {
    throw new CommandError(
      `${command} failed with ${output.code}:\n${decode(output.stderr)}${decode(output.stdout)}`,
    );
  }
  return decode(output.stdout);
}
