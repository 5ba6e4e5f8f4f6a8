/**
 * What a change may do to supabase/migrations. Databases that somebody runs have applied the released files and will
 * never look at them again: so from a release on its files are as they are, and what is new comes after them. Before
 * the first release there is the baseline alone, and it is what the schemas say.
 */
import { BASELINE, INSTALL } from "./baseline.ts";
import { lockedFiles, type Released, sha256 } from "./released.ts";

/** Stands in a draft until a person has read it and taken this line out. */
export const DRAFT_MARK = "DRAFT: nobody has read this yet.";

const FILE_NAME = /^\d{14}_[a-z0-9_]+\.sql$/;

/** What there is to be judged. */
export interface MigrationFiles {
  released: Released;
  /** Name → text. */
  files: ReadonlyMap<string, string>;
  /** What `npm run migration` would write while nothing is released. */
  baseline: string;
}

/** A sentence for each thing wrong; none when all is well. */
export function lockProblems({ released, files, baseline }: MigrationFiles): string[] {
  const locked = lockedFiles(released);
  const lockedNames = new Set(locked.map(({ file }) => file));
  const fresh = [...files.keys()].filter((name) => !lockedNames.has(name)).sort();
  return [
    ...locked.flatMap((entry) => lockedProblems(entry, files)),
    ...nameProblems([...files.keys()]),
    ...(released.releases.length === 0
      ? baselineProblems(files, baseline)
      : freshProblems(fresh, files, locked.map(({ file }) => file).sort().at(-1) ?? "")),
  ];
}

function lockedProblems(
  { version, file, sha256: hash }: { version: string; file: string; sha256: string },
  files: ReadonlyMap<string, string>,
): string[] {
  const text = files.get(file);
  if (text !== undefined) {
    return sha256(text) === hash ? [] : [
      `${file} was released with ${version} and has been edited since. Put it back; what is to change belongs in a new migration.`,
    ];
  }
  const renamed = [...files].find(([, other]) => sha256(other) === hash)?.[0];
  return [
    renamed
      ? `${file} was released with ${version} and is now called ${renamed}. Databases know it by its old name: rename it back.`
      : `${file} was released with ${version} and is gone. Put it back.`,
  ];
}

function nameProblems(names: string[]): string[] {
  const versions = names.map((name) => name.slice(0, 14));
  return names.flatMap((name, index) => {
    if (!FILE_NAME.test(name)) return [`${name} is not named <14 digits>_<words_in_snake_case>.sql`];
    const other = versions.indexOf(name.slice(0, 14));
    return other < index ? [`${names[other]} and ${name} have the same version`] : [];
  });
}

function baselineProblems(files: ReadonlyMap<string, string>, baseline: string): string[] {
  const others = [...files.keys()].filter((name) => name !== BASELINE);
  return [
    ...others.map((name) =>
      `${name}: while nothing is released there is one migration, ${BASELINE}. Change supabase/schemas and run "npm run migration".`
    ),
    ...(files.get(BASELINE) === baseline
      ? []
      : [`${BASELINE} is not what supabase/schemas says. Run "npm run migration".`]),
  ];
}

function freshProblems(fresh: string[], files: ReadonlyMap<string, string>, last: string): string[] {
  return fresh.flatMap((name) => {
    const text = files.get(name) ?? "";
    return [
      ...(name > last ? [] : [
        `${name} sorts before ${last}, which has been released: databases that have that one would not take it.`,
      ]),
      ...(text.includes(DRAFT_MARK)
        ? [`${name} is still a draft. Read it, make it right, and take out the line that says so.`]
        : []),
      ...(text.trimEnd().endsWith(INSTALL)
        ? []
        : [`${name} does not end with "${INSTALL}", by which shipped rows follow.`]),
    ];
  });
}
