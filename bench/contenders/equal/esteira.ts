/** Esteira: the calls of the measure `life`. */
import { liveOnce } from "../../measures/life.ts";
import type { Design } from "./design.ts";
import { STEPS } from "./design.ts";

export const esteiraDesign: Design = {
  name: "Esteira",
  lacks: [],
  doesNot: "",
  async open(server) {
    return {
      url: await server.database("equal_esteira", "esteira"),
      live: (sql, user, timed) =>
        liveOnce(sql, user, (name, work) => timed(name === "receive" ? "claim" : name, work)),
      work: `
        with told as (
          select payload #>> '{new,id}' as id, count(*) as told from realtime.messages group by 1)
        select j.status = 'completed' and j.output is not null as is_over,
          (select count(distinct e ->> 'step') from jsonb_array_elements(j.step_history) e
            where e ->> 'step' = any('{${STEPS}}')) as steps,
          (select count(*) from public.credit_entries e where e.job_id = j.id and e.kind = 'charge') as charges,
          (select count(*) from private.webhook_events w where w.job_id = j.id) as webhooks,
          coalesce(t.told, 0) as told
        from public.jobs j left join told t on t.id = j.id::text`,
      money: "select not exists (select from ops.credit_drift()) as is_paid",
    };
  },
};
