/** The app: who is signed in sees the shell and a page in it, who is not is asked. */
import type { Esteira } from "@esteira/client";
import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { EsteiraProvider } from "@esteira/client/react";
import { Page } from "./pages/page.tsx";
import { SignIn } from "./pages/sign_in.tsx";
import { useLanguage, useTheme } from "@esteira/preferences";
import type { ProjectConfig } from "./session/project.ts";
import { AppContext } from "./session/app_context.ts";
import { useSession } from "./session/use_session.ts";
import { Shell } from "./shell/shell.tsx";

interface Props {
  esteira: Esteira;
  supabase: SupabaseClient;
  project: ProjectConfig;
  firstSession: Session | null;
}

export function App({ esteira, supabase, project, firstSession }: Props) {
  const session = useSession(supabase, firstSession);
  const [language] = useLanguage();
  const [theme] = useTheme();
  return (
    <AppContext value={{ supabase, project, session }}>
      <EsteiraProvider client={esteira} language={language} theme={theme}>
        {session
          ? (
            // Another user is another app: nothing of the last one's forms stays behind.
            <Shell key={session.user.id}>
              <Page />
            </Shell>
          )
          : <SignIn />}
      </EsteiraProvider>
    </AppContext>
  );
}
