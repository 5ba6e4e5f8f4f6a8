/** Whether the deployment is complete, who its operators are, and which versions of outside APIs it calls. */
import { screenTexts } from "../../shell/screens.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Page } from "../../ui/page.tsx";
import { ApiVersions } from "./api_versions.tsx";
import { Operators } from "./operators.tsx";
import "./setup.css";
import { SetupCheck } from "./setup_check.tsx";
import { setupTexts } from "./texts.ts";

export function SetupScreen() {
  const names = useTexts(screenTexts);
  const t = useTexts(setupTexts);
  const isAdmin = useOperator().me.role === "admin";
  return (
    <Page title={names.setup} lead={t.lead}>
      {isAdmin
        ? (
          <>
            <SetupCheck />
            <Operators />
          </>
        )
        : <p className="quiet">{t.forAdmins}</p>}
      <ApiVersions />
    </Page>
  );
}
