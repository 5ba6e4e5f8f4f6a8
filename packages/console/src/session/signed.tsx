/** Asks who is there, until somebody is. The page's address stays as it is meanwhile. */
import { useEffect, useState } from "react";
import { Loading } from "../ui/loading.tsx";
import { type ConsoleClient, createConsoleClient } from "./console_client.ts";
import type { Project } from "./project.ts";
import { Role } from "./role.tsx";
import { SignInPage } from "./sign_in_page.tsx";
import { useSession } from "./use_session.ts";

export function Signed({ project }: { project: Project }) {
  const [client, setClient] = useState<ConsoleClient | null>(null);
  useEffect(() => {
    const made = createConsoleClient(project);
    setClient(made);
    return () => made.esteira.close();
  }, [project]);
  return client ? <Session client={client} project={project} /> : <Loading />;
}

function Session({ client, project }: { client: ConsoleClient; project: Project }) {
  const session = useSession(client.supabase, project.demoUser ?? null);
  if (session === undefined) return <Loading />;
  if (session === null) return <SignInPage supabase={client.supabase} project={project} />;
  // Another user sees nothing of the last one's.
  return (
    <Role
      key={session.user.id}
      client={client}
      project={project}
      email={session.user.email ?? session.user.id}
    />
  );
}
