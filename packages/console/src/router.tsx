/** Which address shows which screen. Each screen is loaded when somebody first goes there. */
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { Shell } from "./shell/shell.tsx";
import { Lost } from "./shell/lost.tsx";
import { Broken } from "./ui/broken.tsx";
import { Loading } from "./ui/loading.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: Lost });
const at = (path: string, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => root, path, component });

const routes = [
  at("/", lazyRouteComponent(() => import("./screens/now/now_screen.tsx"), "NowScreen")),
  at("/jobs", lazyRouteComponent(() => import("./screens/jobs/jobs_screen.tsx"), "JobsScreen")),
  at("/jobs/$id", lazyRouteComponent(() => import("./screens/job/job_screen.tsx"), "JobScreen")),
  at(
    "/failures",
    lazyRouteComponent(() => import("./screens/failures/failures_screen.tsx"), "FailuresScreen"),
  ),
  at(
    "/accounts",
    lazyRouteComponent(() => import("./screens/accounts/accounts_screen.tsx"), "AccountsScreen"),
  ),
  at(
    "/webhooks",
    lazyRouteComponent(() => import("./screens/webhooks/webhooks_screen.tsx"), "WebhooksScreen"),
  ),
  at("/credits", lazyRouteComponent(() => import("./screens/credits/credits_screen.tsx"), "CreditsScreen")),
  at(
    "/publications",
    lazyRouteComponent(() => import("./screens/publications/publications_screen.tsx"), "PublicationsScreen"),
  ),
  at(
    "/connections",
    lazyRouteComponent(() => import("./screens/connections/connections_screen.tsx"), "ConnectionsScreen"),
  ),
  at(
    "/realtime",
    lazyRouteComponent(() => import("./screens/realtime/realtime_screen.tsx"), "RealtimeScreen"),
  ),
  at(
    "/schedules",
    lazyRouteComponent(() => import("./screens/schedules/schedules_screen.tsx"), "SchedulesScreen"),
  ),
  at("/alerts", lazyRouteComponent(() => import("./screens/alerts/alerts_screen.tsx"), "AlertsScreen")),
  at("/runs", lazyRouteComponent(() => import("./screens/runs/runs_screen.tsx"), "RunsScreen")),
  at("/runs/$id", lazyRouteComponent(() => import("./screens/runs/run_screen.tsx"), "RunScreen")),
  at("/audit", lazyRouteComponent(() => import("./screens/audit/audit_screen.tsx"), "AuditScreen")),
  at("/setup", lazyRouteComponent(() => import("./screens/setup/setup_screen.tsx"), "SetupScreen")),
];

/** In the part after `#`, so that any static host will do; the query is texts alone. */
export function createConsoleRouter() {
  return createRouter({
    routeTree: root.addChildren(routes),
    history: createHashHistory(),
    defaultErrorComponent: Broken,
    defaultPendingComponent: Loading,
    defaultPreload: "intent",
    scrollRestoration: true,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch(search) {
      const query = new URLSearchParams(search as Record<string, string>).toString();
      return query && `?${query}`;
    },
  });
}
