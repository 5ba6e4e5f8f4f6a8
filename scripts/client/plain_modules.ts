/**
 * The contract's types without zod. In the repository they are inferred from the schemas that guard the boundaries; an app
 * gets them written out: nothing to install for them, no version to agree on, and a hover that shows the fields.
 */
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { ROOT } from "../paths.ts";
import { plainType } from "./plain_type.ts";

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

/** Where the words of the contract are: unions that keep their names. */
const WORDS = [
  "shared/words/statuses.ts",
  "shared/words/steps.ts",
  "shared/words/platforms.ts",
  "shared/words/verdicts.ts",
];

/** Writes below `folder`, for each of `modules` (paths in the repository), a module with its types and nothing else. */
export async function writePlainModules(modules: readonly string[], folder: string): Promise<void> {
  const program = ts.createProgram([...modules, ...WORDS].map((path) => join(ROOT, path)), OPTIONS);
  const words = wordsOf(program);
  for (const path of modules) {
    const source = program.getSourceFile(join(ROOT, path));
    if (!source) throw new Error(`${path} cannot be read`);
    const target = join(folder, path.replace(/\.ts$/, ".d.ts"));
    await Deno.mkdir(dirname(target), { recursive: true });
    const values = await import(pathToFileURL(join(ROOT, path)).href);
    const types = plainModule(program.getTypeChecker(), source, values, target);
    await Deno.writeTextFile(target, withWords(types, words, target));
  }
}

/** The unions of the words by what they look like written out, each with its name and the module that has it. */
function wordsOf(program: ts.Program): Map<string, { name: string; path: string }> {
  const checker = program.getTypeChecker();
  return new Map(WORDS.flatMap((path) => {
    const statements: readonly ts.Statement[] = program.getSourceFile(join(ROOT, path))?.statements ?? [];
    return statements.filter(ts.isTypeAliasDeclaration).map(({ name }) =>
      [plainType(checker, checker.getTypeAtLocation(name)), { name: name.text, path }] as const
    );
  }));
}

function withWords(types: string, words: ReturnType<typeof wordsOf>, target: string): string {
  for (const [union, { name, path }] of words) {
    if (!types.includes(union)) continue;
    const from = JSON.stringify(relative(dirname(target), join(ROOT, path)));
    types = `import type { ${name} } from ${from};\n${types.replaceAll(union, name)}`;
  }
  return types;
}

function plainModule(
  checker: ts.TypeChecker,
  source: ts.SourceFile,
  values: Record<string, unknown>,
  target: string,
): string {
  const comments = commentsOf(source);
  const statements = source.statements.flatMap((statement) => {
    if (ts.isInterfaceDeclaration(statement)) return [statement.getFullText(source).trim()];
    if (!ts.isTypeAliasDeclaration(statement)) return [];
    const schema = /typeof (\w+)>$/.exec(statement.type.getText(source))?.[1] ?? "";
    const type = checker.getTypeAtLocation(statement.name);
    const comment = comments.get(statement.name.text) || comments.get(schema) || "";
    return [`${comment}export type ${statement.name.text} = ${plainType(checker, type, values[schema])};`];
  });
  const imports = source.statements.filter(ts.isImportDeclaration)
    .flatMap((statement) => importOf(statement, source, target, statements.join("\n")));
  return `${[imports.join("\n"), ...statements, "export {};"].filter(Boolean).join("\n\n")}\n`;
}

/** The comments above the types and schemas of a module. */
function commentsOf(source: ts.SourceFile): Map<string, string> {
  return new Map(source.statements.map((statement) => {
    const name = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations[0]?.name.getText(source)
      : ts.isTypeAliasDeclaration(statement)
      ? statement.name.text
      : undefined;
    const comment = ts.getJSDocCommentsAndTags(statement).find(ts.isJSDoc)?.getText(source);
    return [name ?? "", comment ? `${comment}\n` : ""];
  }));
}

/** What the types need of another module of the contract, as seen from where they are written to. */
function importOf(
  { importClause, moduleSpecifier }: ts.ImportDeclaration,
  source: ts.SourceFile,
  target: string,
  types: string,
): string[] {
  const named = importClause?.namedBindings;
  if (!named || !ts.isNamedImports(named) || !ts.isStringLiteral(moduleSpecifier)) return [];
  const used = named.elements.map(({ name }) => name.text).filter((name) =>
    /^[A-Z][a-z]/.test(name) && new RegExp(`\\b${name}\\b`).test(types)
  );
  if (used.length === 0 || !moduleSpecifier.text.startsWith(".")) return [];
  const path = relative(dirname(target), join(dirname(source.fileName), moduleSpecifier.text));
  return [`import type { ${used.join(", ")} } from ${JSON.stringify(path)};`];
}
