/** An address that shows nothing. */
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Link } from "../ui/link.tsx";
import { Page } from "../ui/page.tsx";

export function Lost() {
  const { lost, toNow } = useTexts(commonTexts);
  return (
    <Page title={lost}>
      <p>
        <Link href="/">{toNow}</Link>
      </p>
    </Page>
  );
}
