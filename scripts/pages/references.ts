/**
 * What the files of the repository say of each other: links in pages, paths in pages and comments, and names of pages,
 * with their headings, anywhere. `danglingReferences` tells which of them lead nowhere. Pure but for the reading of files, which it is given.
 */
import { dirname, join, normalize } from "node:path/posix";

/** The files of a repository. */
export interface Tree {
  /** Paths from the root, with `/`. */
  readonly files: readonly string[];
  /** The text of one of them. */
  read(path: string): string;
  /** Whether git ignores this path: then it may be spoken of without being there. */
  isIgnored(path: string): boolean;
}

/** A reference that leads nowhere. */
export interface Dangling {
  readonly file: string;
  readonly line: number;
  readonly reference: string;
  readonly reason: string;
}

const TEXT = /\.(md|ts|tsx|sql|toml|ya?ml|mjs|sh)$|(^|\/)run$/;
const LINK = /\]\(([^()\s]+)\)|^\[[^\]]+\]:\s+(\S+)/g;
const PAGE = /(?<![\w/.:<>@-])((?:\.{1,2}\/)*[\w.-]+(?:\/[\w.-]+)*\.md)(#[\w-]+)?/g;
const CODE = /`([^`]+)`/g;
const COMMENT = /(?:^|\s)(?:\/\/|\/\*\*?|\*|--|#)\s(.*)$/;
const PATH = /(?<![\w/.:<>@-])\.?[\w-]+(?:\/[\w.-]*\w)+/g;
const OUTSIDE = /^(https?|mailto|wss?):/;

/** What was released stays as it was, and speaks of the files that were there then. */
const RELEASED = /^supabase\/migrations\//;

/** Every reference in `tree` that leads nowhere, in order of file and line. */
export function danglingReferences(tree: Tree): Dangling[] {
  const known = new Known(tree);
  return tree.files.filter((file) => TEXT.test(file) && !RELEASED.test(file)).flatMap((file) => {
    let isFenced = false;
    return tree.read(file).split("\n").flatMap((text, index) => {
      const isPage = file.endsWith(".md");
      if (isPage && /^\s*```/.test(text)) isFenced = !isFenced;
      const found = [
        ...isPage && !isFenced ? links(text) : [],
        ...pages(text.replace(LINK, "")),
        ...isPage ? paths(text, known.folders) : pathsInComment(text, known.folders),
      ];
      return found.flatMap(({ reference, ...rest }) => {
        const reason = known.whyNot(file, { reference, ...rest });
        return reason === null ? [] : [{ file, line: index + 1, reference, reason }];
      });
    });
  });
}

interface Reference {
  readonly reference: string;
  /** `link`: from the file's folder. `page`: a page by its path or name. `path`: from the root. */
  readonly kind: "link" | "page" | "path";
}

function links(text: string): Reference[] {
  return [...text.replace(CODE, "").matchAll(LINK)].map(([, inline, defined]) => inline ?? defined ?? "")
    .filter((target) => !OUTSIDE.test(target)).map((reference) => ({ reference, kind: "link" }));
}

function pages(text: string): Reference[] {
  const inside = text.replace(/\bhttps?:\/\/\S+/g, "");
  return [...inside.matchAll(PAGE)].map(([reference]) => ({ reference, kind: "page" }));
}

/** Code in a page that looks like a path of the repository: it begins with one of the repository's folders. */
function paths(text: string, folders: ReadonlySet<string>): Reference[] {
  return [...text.matchAll(CODE)].map(([, code]) => code ?? "")
    .filter((code) => /^\.?[\w-]+\/[\w./-]*$/.test(code) && folders.has(code.split("/")[0] ?? ""))
    .map((reference) => ({ reference, kind: "path" }));
}

/** The same in a comment of code, where paths stand bare. */
function pathsInComment(text: string, folders: ReadonlySet<string>): Reference[] {
  const comment = COMMENT.exec(text)?.[1]?.replace(/\bhttps?:\/\/\S+/g, "") ?? "";
  return [...comment.matchAll(PATH)].map(([path]) => path)
    .filter((path) => folders.has(path.split("/")[0] ?? "") && !path.endsWith(".md"))
    .map((reference) => ({ reference, kind: "path" }));
}

class Known {
  readonly folders: ReadonlySet<string>;
  readonly #paths: ReadonlySet<string>;
  readonly #headings = new Map<string, ReadonlySet<string>>();

  constructor(readonly tree: Tree) {
    const above = (path: string): string[] => path === "." ? [] : [path, ...above(dirname(path))];
    this.#paths = new Set(tree.files.flatMap(above));
    this.folders = new Set(
      tree.files.filter((file) => file.includes("/")).map((file) => file.split("/")[0] ?? ""),
    );
  }

  /** Why a reference leads nowhere; null when it leads somewhere. */
  whyNot(file: string, { reference, kind }: Reference): string | null {
    const [path = "", heading] = reference.split("#");
    const target = path === "" ? file : this.#find(file, path, kind);
    if (target === null) return this.tree.isIgnored(normalize(path)) ? null : "there is no such file";
    if (heading === undefined || !target.endsWith(".md")) return null;
    return this.#headingsOf(target).has(heading) ? null : `${target} has no such heading`;
  }

  #find(file: string, path: string, kind: Reference["kind"]): string | null {
    const clean = (text: string) => normalize(text).replace(/\/$/, "");
    const beside = clean(join(dirname(file), path));
    const fromRoot = clean(path);
    const candidates = kind === "link" ? [beside] : kind === "path" ? [fromRoot] : [fromRoot, beside];
    const found = candidates.find((candidate) => this.#paths.has(candidate) || candidate === ".");
    if (found !== undefined || kind !== "page" || path.includes("/")) return found ?? null;
    const named = this.tree.files.filter((known) => known.endsWith(`/${path}`));
    return named.length === 1 ? named[0] ?? null : null;
  }

  #headingsOf(page: string): ReadonlySet<string> {
    const known = this.#headings.get(page) ?? headings(this.tree.read(page));
    this.#headings.set(page, known);
    return known;
  }
}

/** The anchors of a page: of its headings, as GitHub makes them, and those that stand there as `<a id>`. */
export function headings(page: string): Set<string> {
  const prose = page.replace(/^```[\s\S]*?^```/gm, "");
  const anchors = new Set([...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id));
  for (const [, title = ""] of prose.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const text = title.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
    const anchor = text.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}
