-- Models: what trainings leave behind. A model is there from the moment its training is asked for, follows the job that
-- trains it (see the effects room), and its changes are told on the topic of its owner's jobs.

create type public.model_status as enum ('TRAINING', 'READY', 'ERROR');
comment on type public.model_status is
  'Where a model stands. A retry of its training takes it from ERROR back to TRAINING.';

create table public.ai_models (
  id uuid primary key default private.uuid_v7(),
  "userId" uuid not null references auth.users (id) on delete cascade,
  name text not null,
  status public.model_status not null default 'TRAINING',
  progress smallint not null default 0,
  "trainingJobId" uuid references public.jobs (id) on delete set null,
  "modelUrl" text,
  "errorMessage" text,
  version integer not null default 1,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  "trainedAt" timestamptz,
  constraint a_training_makes_one_model unique ("trainingJobId"),
  constraint names_have_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint progress_is_a_percentage check (progress between 0 and 100),
  constraint ready_models_are_whole check (status <> 'READY' or (progress = 100 and "modelUrl" is not null)),
  constraint ready_models_have_trained_at check ((status = 'READY') = ("trainedAt" is not null)),
  constraint models_in_error_name_it check ((status = 'ERROR') = ("errorMessage" is not null))
) with (fillfactor = 70);
create index ai_models_by_user on public.ai_models ("userId", "createdAt" desc);

alter table public.ai_models enable row level security;
revoke all on public.ai_models from anon, authenticated, service_role;

comment on table public.ai_models is
  'What trainings leave behind: one row for each model of a user, from the moment its training is asked for.';
comment on column public.ai_models."trainingJobId" is
  'The job that trains or trained it; after a retry, the new one. Null when that job is gone.';
comment on column public.ai_models."modelUrl" is
  'What the provider knows the model by: output.data.model_url of the job, else its request_id (Astria: the tune id). '
  'Null until READY.';
comment on column public.ai_models."errorMessage" is 'Why there is no model; null unless status is ERROR.';
comment on column public.ai_models."trainedAt" is 'When the training ended well; null unless status is READY.';
comment on column public.ai_models.version is 'Rises by one with each change; clients drop what is not newer.';

-- Users name and throw away; all else is what trainings say.
grant select, update (name), delete on public.ai_models to authenticated;
grant select on public.ai_models to service_role;

create policy "users see their own models" on public.ai_models for select to authenticated
  using ("userId" = (select private.caller()));
create policy "admins see all models" on public.ai_models for select to esteira_admin
  using ((select private.is_admin()));
create policy "users rename their own models" on public.ai_models for update to authenticated
  using ("userId" = (select private.caller())) with check ("userId" = (select private.caller()));
create policy "users delete their own models" on public.ai_models for delete to authenticated
  using ("userId" = (select private.caller()));
