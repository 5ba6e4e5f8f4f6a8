import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";

export function FailuresScreen() {
  const names = useTexts(screenTexts);
  return (
    <Page title={names.failures}>
      <Loading />
    </Page>
  );
}
