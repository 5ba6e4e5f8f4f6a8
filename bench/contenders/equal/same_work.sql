-- What Esteira does for a job beside queueing it, for queues that leave it to the application: the job's row with status
-- and history, an append-only ledger beside the balance, webhooks stored raw and once, and a broadcast of each change.
-- As an engineer would write it who has only this to do: one function a transition, each called in the transaction in
-- which the queue's own function is called, and no index but those that the screens and the webhooks need.

create schema app;

create table app.jobs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id),
  tool text not null,
  input jsonb not null,
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  current_step text not null,
  step_history jsonb not null,
  credits_charged integer not null,
  request_id text,
  output jsonb,
  output_url text,
  error_code text,
  error_message text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz not null default now()
);
create index jobs_by_user on app.jobs (user_id, created_at desc);

create table app.credits (
  user_id uuid primary key references auth.users (id),
  balance bigint not null check (balance >= 0)
);
insert into app.credits (user_id, balance) select id, 1000000 from auth.users;

create table app.credit_entries (
  entry_id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id),
  job_id uuid not null references app.jobs (id),
  kind text not null check (kind in ('charge', 'refund')),
  amount bigint not null,
  balance bigint not null,
  created_at timestamptz not null default now(),
  unique (job_id, kind)
);
create index credit_entries_by_user on app.credit_entries (user_id, entry_id desc);

create function app.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only';
end;
$$;
create trigger ledger_is_append_only before update or delete on app.credit_entries
for each row execute function app.refuse_change();

create table app.webhook_events (
  event_id bigint generated always as identity primary key,
  provider text not null,
  dedupe_key text not null,
  job_id uuid references app.jobs (id),
  headers jsonb not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  unique (provider, dedupe_key)
);

create function app.step(p_step text, p_details jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('step', p_step, 'timestamp', now()) || p_details)
$$;

create function app.tell(p_job app.jobs, p_event text, p_steps jsonb) returns void language sql as $$
  select realtime.send(jsonb_build_object('type', p_event, 'steps', p_steps, 'new', jsonb_build_object(
    'id', p_job.id, 'tool', p_job.tool, 'status', p_job.status, 'current_step', p_job.current_step,
    'version', p_job.version, 'request_id', p_job.request_id, 'output_url', p_job.output_url,
    'error_code', p_job.error_code, 'error_message', p_job.error_message, 'created_at', p_job.created_at,
    'updated_at', p_job.updated_at, 'completed_at', p_job.completed_at)), p_event, 'jobs:' || p_job.user_id)
$$;

-- Charges the owner and makes the job's row. The caller enqueues.
create function app.create_job(p_user_id uuid, p_tool text, p_input jsonb, p_price integer) returns uuid
language plpgsql as $$
declare
  v_balance bigint;
  v_job app.jobs;
begin
  update app.credits set balance = balance - p_price where user_id = p_user_id and balance >= p_price
  returning balance into v_balance;
  if v_balance is null then
    raise exception 'insufficient_credits';
  end if;
  insert into app.jobs (user_id, tool, input, current_step, step_history, credits_charged)
  values (p_user_id, p_tool, p_input, 'queued', app.step('insert')
    || app.step('credits', jsonb_build_object('cost', p_price, 'newBalance', v_balance)) || app.step('queued'), p_price)
  returning * into v_job;
  insert into app.credit_entries (user_id, job_id, kind, amount, balance)
  values (p_user_id, v_job.id, 'charge', -p_price, v_balance);
  perform app.tell(v_job, 'INSERT', v_job.step_history);
  return v_job.id;
end;
$$;

-- A transition: the row, its history, the broadcast.
create function app.move_job(p_job_id uuid, p_step text, p_details jsonb default '{}', p_request_id text default null,
  p_output jsonb default null, p_output_url text default null) returns void language plpgsql as $$
declare
  v_steps jsonb := app.step(p_step, p_details);
  v_job app.jobs;
begin
  update app.jobs set status = case p_step when 'completed' then 'completed' else 'processing' end,
    current_step = p_step, step_history = step_history || v_steps, request_id = coalesce(p_request_id, request_id),
    output = p_output, output_url = p_output_url, version = version + 1, updated_at = now(),
    started_at = coalesce(started_at, now()), completed_at = case p_step when 'completed' then now() end
  where id = p_job_id and status in ('pending', 'processing') returning * into v_job;
  if not found then
    raise exception 'job % is over', p_job_id;
  end if;
  perform app.tell(v_job, 'UPDATE', v_steps);
end;
$$;

-- Stores a webhook before it is understood; false where it has been here before.
create function app.store_webhook(p_provider text, p_dedupe_key text, p_job_id uuid, p_payload jsonb) returns boolean
language sql as $$
  with stored as (
    insert into app.webhook_events (provider, dedupe_key, job_id, headers, payload)
    values (p_provider, p_dedupe_key, p_job_id, '{}', p_payload) on conflict (provider, dedupe_key) do nothing
    returning 1)
  select exists (select from stored)
$$;
