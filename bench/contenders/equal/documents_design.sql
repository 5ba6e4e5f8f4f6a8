-- The design of the documents that Esteira answers, as their authors wrote it: the tables, the trigger and the queue of
-- documents 002 and 003, the observable columns and logStep() of document 004. Where they leave something open, what
-- costs them least was taken: no RAISE LOG in the trigger, one index for a user's list and one for the running jobs,
-- no slots table to lock. What the functions below do in one statement is what the documents' code does in one call.

create table public.upscaler_jobs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  tool text not null,
  content jsonb not null,
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  position integer,
  task_id text,
  output_url text,
  platform_response jsonb,
  error_message text,
  retry_count integer default 0,
  max_retries integer default 3,
  credit_cost integer not null default 1,
  current_step text default 'upload',
  step_history jsonb default '[]'::jsonb,
  raw_api_response jsonb,
  raw_webhook_payload jsonb,
  failed_at_step text,
  metadata jsonb default '{}'::jsonb,
  created_at timestamptz default now(),
  started_at timestamptz,
  completed_at timestamptz
);
create index idx_upscaler_jobs_user on public.upscaler_jobs (user_id, created_at desc);
create index idx_upscaler_jobs_processing on public.upscaler_jobs (started_at) where status = 'processing';

create table public.user_credits (
  user_id uuid primary key references auth.users (id) on delete cascade,
  balance integer not null check (balance >= 0),
  updated_at timestamptz not null default now()
);
insert into public.user_credits (user_id, balance) select id, 1000000 from auth.users;

select pgmq.create('jobs_queue');

create function public.upscaler_jobs_broadcast_trigger() returns trigger language plpgsql security definer as $$
begin
  begin
    perform realtime.broadcast_changes('upscaler_jobs:' || coalesce(new.user_id, old.user_id), tg_op, tg_op,
      tg_table_name, tg_table_schema, new, old);
  exception when others then
    raise warning '[REALTIME] upscaler_jobs broadcast FAILED: job_id=%, error=%', coalesce(new.id, old.id), sqlerrm;
  end;
  return coalesce(new, old);
end;
$$;
create trigger upscaler_jobs_broadcast after insert or update or delete on public.upscaler_jobs
for each row execute function public.upscaler_jobs_broadcast_trigger();

create function public.consume_credits(p_user_id uuid, p_amount integer) returns integer
language plpgsql security definer as $$
declare
  v_balance integer;
begin
  update public.user_credits set balance = balance - p_amount, updated_at = now()
  where user_id = p_user_id and balance >= p_amount returning balance into v_balance;
  if v_balance is null then
    raise exception 'INSUFFICIENT_CREDITS';
  end if;
  return v_balance;
end;
$$;
