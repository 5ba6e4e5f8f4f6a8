/** A publication against the table of what its option takes. Pure: whatever had to be looked at has been. */
import { checkMedia, type FoundMedia } from "./check_media.ts";
import { checkText } from "./check_text.ts";
import type { OptionRules, PublicationIssue } from "./option_rules.ts";

/** What was found: issues refuse it, warnings are told in the preflight. */
export interface Checked {
  issues: PublicationIssue[];
  warnings: PublicationIssue[];
}

/** Checks a caption, files as they were found, and the scopes that a connection was granted (null: none was chosen). */
export function checkOption(
  rules: OptionRules,
  { caption, files, scopes }: {
    caption: string;
    files: readonly FoundMedia[];
    scopes: readonly string[] | null;
  },
): Checked {
  const { issues, warnings } = checkMedia(rules, files);
  return {
    issues: [
      ...scopes === null ? [] : checkScopes(rules.scopes, scopes),
      ...checkText(rules, caption),
      ...issues,
    ],
    warnings,
  };
}

/** A scope that is written `a|b` is had by whoever has one of them: a platform may have two ways to sign in. */
function checkScopes(needed: readonly string[], granted: readonly string[]): PublicationIssue[] {
  const missing = needed.filter((scope) => !scope.split("|").some((one) => granted.includes(one)));
  if (missing.length === 0) return [];
  const message = `The connection was not granted ${
    missing.join(", ").replaceAll("|", " or ")
  }: connect it again.`;
  return [{ code: "missing_scope", field: "connections", message, details: { missing } }];
}
