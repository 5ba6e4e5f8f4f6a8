/** A way to another screen: a plain anchor, so that it opens in a new tab and can be copied. */
import type { ComponentProps } from "react";

/** `href` begins with `/`, as `hrefTo` makes it. */
export function Link({ href, ...rest }: ComponentProps<"a"> & { href: string }) {
  return <a {...rest} href={`#${href}`} />;
}
