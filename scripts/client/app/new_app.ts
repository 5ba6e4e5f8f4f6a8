/** An app of somebody else: the example, the client from its tarball, and components that shadcn has copied into it. */
import { join } from "node:path";
import { ROOT } from "../../paths.ts";
import { buildClient } from "../build.ts";
import { buildRegistry } from "../registry/build.ts";
import { readRegistry } from "../registry/items.ts";

const EXAMPLE = join(ROOT, "examples/first-react-job");

/** As `npx shadcn init` leaves it; no base colour, as that would be fetched. */
const COMPONENTS = {
  $schema: "https://ui.shadcn.com/schema.json",
  style: "new-york",
  rsc: false,
  tsx: true,
  tailwind: { config: "", css: "src/app.css", baseColor: "", cssVariables: false, prefix: "" },
  aliases: {
    components: "@/components",
    ui: "@/components/ui",
    lib: "@/lib",
    utils: "@/lib/utils",
    hooks: "@/hooks",
  },
};

export interface NewApp extends AsyncDisposable {
  readonly folder: string;
  /** Runs a program in it. Returns what it printed; throws with that when it fails. */
  run(command: string, ...args: string[]): Promise<string>;
  write(file: string, text: string): Promise<void>;
}

/** Makes the app below `parent`: within the repository it finds React and supabase-js there; elsewhere it has to install them. */
export async function makeApp(parent: string): Promise<NewApp> {
  await Deno.mkdir(parent, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: parent, prefix: "app-" });
  await copyExample(EXAMPLE, folder);
  const app: NewApp = {
    folder,
    run: (command, ...args) => run(folder, command, args),
    write: (file, text) => Deno.writeTextFile(join(folder, file), text),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
  return app;
}

/** Puts the client where npm would. */
export async function unpackClient(app: NewApp): Promise<void> {
  const home = join(app.folder, "node_modules/@esteira/client");
  await Deno.mkdir(home, { recursive: true });
  await app.run("tar", "-xzf", await buildClient(), "-C", home, "--strip-components=1");
}

/** Copies all components of the registry into the app, by the shadcn CLI. Returns their names. */
export async function addComponents(app: NewApp): Promise<string[]> {
  await app.write("components.json", JSON.stringify(COMPONENTS));
  await app.write("src/app.css", "");
  const tsconfig = JSON.parse(await Deno.readTextFile(join(app.folder, "tsconfig.json")));
  tsconfig.compilerOptions.paths = { "@/*": ["./src/*"] };
  await app.write("tsconfig.json", JSON.stringify(tsconfig));
  const built = join(app.folder, "r");
  await buildRegistry(built);
  const names = (await readRegistry()).items.map(({ name }) => name);
  const items = names.map((name) => join(built, `${name}.json`));
  await app.run(
    "node",
    join(ROOT, "node_modules/shadcn/dist/index.js"),
    "add",
    "--yes",
    "--overwrite",
    ...items,
  );
  return names;
}

async function copyExample(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (name === "node_modules" || name === "dist") continue;
    if (!isDirectory) await Deno.copyFile(join(from, name), join(to, name));
    else {
      await Deno.mkdir(join(to, name));
      await copyExample(join(from, name), join(to, name));
    }
  }
}

async function run(cwd: string, command: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  if (!success) throw new Error(`${command} ${args.join(" ")} failed:\n${said}`);
  return said;
}
