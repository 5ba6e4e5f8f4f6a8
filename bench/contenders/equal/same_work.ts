/** What the designs share whose queue leaves the job's row, the ledger and the broadcasts to the application. */
import { STEPS } from "./design.ts";

/** @see Carrier.work */
export const SAME_WORK = `
  with told as (
    select payload #>> '{new,id}' as id, count(*) as told from realtime.messages group by 1)
  select j.status = 'completed' and j.output is not null as is_over,
    (select count(distinct e ->> 'step') from jsonb_array_elements(j.step_history) e
      where e ->> 'step' = any('{${STEPS}}')) as steps,
    (select count(*) from app.credit_entries e where e.job_id = j.id and e.kind = 'charge') as charges,
    (select count(*) from app.webhook_events w where w.job_id = j.id) as webhooks, coalesce(t.told, 0) as told
  from app.jobs j left join told t on t.id = j.id::text`;

/** @see Carrier.money */
export const SAME_MONEY = `
  select (select sum(balance) - 1000000 * count(*) from app.credits) = (select sum(amount) from app.credit_entries)
    as is_paid`;

/** What neither of them does. */
export const SAME_LACKS = "limits of accounts and users; a fair order; position and verdicts";
