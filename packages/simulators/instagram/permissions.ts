/** What a call needs to have been granted, and whose an account is. */
import type { Access } from "../social/tokens.ts";
import type { Account } from "../graph/pages.ts";
import type { Instagram } from "./world.ts";

/** Scopes for what makes posts, by the way in. */
export const PUBLISHES = {
  facebook: ["instagram_basic", "instagram_content_publish"],
  instagram: ["instagram_business_basic", "instagram_business_content_publish"],
} as const;
/** Scopes for what reads. */
export const READS = { facebook: ["instagram_basic"], instagram: ["instagram_business_basic"] } as const;

/** The account of this id, where the token is good for it. */
export function accountOf({ pages }: Instagram, { family, of }: Access, id: string): Account | undefined {
  const own = pages.of(family.person);
  if (family.door === "instagram") {
    const account = pages.first(family.person);
    return account && (id === account.id || id === "me") ? account : undefined;
  }
  return own.find((page) => page.account?.id === id && (of === undefined || page.id === of))?.account ??
    undefined;
}
