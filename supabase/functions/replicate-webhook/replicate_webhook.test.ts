import { testWebhookRoute } from "../_shared/work/webhook_route_fixture.ts";
import { app } from "./index.ts";

testWebhookRoute(app, "replicate");
