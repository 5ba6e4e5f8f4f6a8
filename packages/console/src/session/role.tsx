/** Asks the database in which role the user is here; shows the screens, or why there are none. */
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { ActProvider } from "../act/act_provider.tsx";
import { callOps } from "../data/call_ops.ts";
import { Hints } from "../data/hints.tsx";
import type { OpsError } from "../data/ops_error.ts";
import { createQueries } from "../data/query_client.ts";
import { createConsoleRouter } from "../router.tsx";
import { Loading } from "../ui/loading.tsx";
import type { ConsoleClient } from "./console_client.ts";
import { noteLeaving } from "./leaving.ts";
import { NoWayIn } from "./no_way_in.tsx";
import { type Me, type Operator, OperatorContext } from "./operator.ts";
import type { Project } from "./project.ts";

interface Props {
  client: ConsoleClient;
  project: Project;
  email: string;
}

export function Role(props: Props) {
  const [queries] = useState(createQueries);
  return (
    <QueryClientProvider client={queries}>
      <Screens {...props} />
    </QueryClientProvider>
  );
}

function Screens({ client, project, email }: Props) {
  const [router] = useState(createConsoleRouter);
  const { data: me, error, refetch, isFetching } = useQuery<Me, OpsError>({
    queryKey: ["me"],
    queryFn: ({ signal }) => callOps<Me>(client.supabase, "me", {}, signal),
    staleTime: 60_000,
  });
  const signOut = async () => {
    noteLeaving();
    await client.supabase.auth.signOut({ scope: "local" });
  };
  // A role that was taken away while the page was open ends it here as it does in the database.
  if (!me || error?.code === "not_an_operator") {
    if (!error || (isFetching && !me)) return <Loading />;
    const again = () => void refetch();
    return <NoWayIn error={error} email={email} project={project} onAgain={again} onLeave={signOut} />;
  }
  const operator: Operator = { ...client, project, me, email, signOut };
  return (
    <OperatorContext value={operator}>
      <Hints />
      <ActProvider>
        <RouterProvider router={router} />
      </ActProvider>
    </OperatorContext>
  );
}
