/** The repository as the tests of its pages see it: what git tracks, and what it would track if it were added. */
import { join } from "node:path";
import { ROOT } from "../../scripts/paths.ts";
import type { Tree } from "../../scripts/pages/references.ts";

/** Reads the repository. Throws where there is no git, or no repository of its own. */
export async function repository(): Promise<Tree> {
  const listed = (await git("ls-files", "-z", "--cached", "--others", "--exclude-standard")).split("\0");
  const texts = new Map<string, string>();
  const files = [...new Set(listed)].filter((file) => file !== "" && exists(join(ROOT, file)));
  return {
    files,
    read(path) {
      const text = texts.get(path) ?? Deno.readTextFileSync(join(ROOT, path));
      texts.set(path, text);
      return text;
    },
    isIgnored(path) {
      // A pattern for a folder fits a path that ends with a slash, unless there is such a folder.
      const args = ["check-ignore", "--", path, `${path}/`];
      return new Deno.Command("git", { args, cwd: ROOT }).outputSync().success;
    },
  };
}

/** The pages of the repository, by path. */
export async function pages(): Promise<Map<string, string>> {
  const tree = await repository();
  return new Map(tree.files.filter((file) => file.endsWith(".md")).map((file) => [file, tree.read(file)]));
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // deleted, and git does not know yet
  }
}

async function git(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", { args, cwd: ROOT }).output();
  if (!success) throw new Error(`"git ${args.join(" ")}" failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
