create table public.tools (
  tool text primary key,
  lane text not null references private.lanes (lane),
  titles jsonb not null,
  credit_cost integer not null default 1,
  max_attempts integer not null default 3,
  timeout interval not null default '30 minutes',
  expires_after interval not null default '24 hours',
  max_output_bytes bigint not null default 524288000,
  effect text,
  settings jsonb not null default '{}',
  is_enabled boolean not null default true,
  priority smallint not null default 0,
  min_priority smallint not null default -100,
  max_priority smallint not null default 100,
  constraint tools_are_named_in_snake_case check (tool ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint titles_are_by_language check (jsonb_typeof(titles) = 'object' and titles ? 'en'),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint input_schemas_describe_objects
    check (not settings ? 'input_schema' or coalesce(settings -> 'input_schema' ->> 'type' = 'object', false)),
  constraint costs_are_not_negative check (credit_cost >= 0),
  constraint at_least_one_attempt check (max_attempts >= 1),
  constraint outputs_may_have_bytes check (max_output_bytes > 0),
  constraint timeouts_are_positive check (timeout > '0' and expires_after > '0'),
  constraint effects_are_known check (effect in ('project_node', 'model')),
  constraint priorities_are_in_order check (min_priority <= priority and priority <= max_priority),
  constraint publications_name_their_platform check (lane <> 'publication' or split_part(tool, '_', 1) in (
    'tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin'))
);
create index tools_by_lane on public.tools (lane);

alter table public.tools enable row level security;
revoke all on public.tools from anon, authenticated, service_role;

comment on table public.tools is
  'What a user can ask for: price, limits, and how its input becomes a provider''s request.';
comment on column public.tools.titles is 'Name shown to people, by language: {"en": …, "pt-BR": …}.';
comment on column public.tools.timeout is
  'How long the provider may take for one attempt, from the moment when its task may exist; then the job fails.';
comment on column public.tools.expires_after is
  'How long a job may wait for its task to begin, from its creation or its run_at; then the job fails.';
comment on column public.tools.effect is 'What a completed job changes besides itself; null: nothing.';
comment on column public.tools.priority is
  'What its jobs get unless something else is asked for; higher goes first. Users may ask for less, down to '
  'min_priority; servers for more as well, up to max_priority.';
comment on column public.tools.max_output_bytes is
  'How many bytes the files that a job leaves may have together. A job that has not ended counts for as much against '
  'what its user may store.';
comment on column public.tools.settings is
  'files: {field: {types: [mime…], max_bytes, max_count?}} of the input that name stored files (an array of up to '
  'max_count, or one); output_types: what its results may be, whole types or families ("audio/*"), images and videos '
  'unless it says; input_schema: JSON Schema of the input, "type": "object", for a tool that is no line in '
  'shared/tools/registry.ts; the rest belongs to the provider or the workers (webapp_id, nodes, …), and what stands '
  'under a provider''s name to that provider alone, so that a tool can change its lane.';

-- Users see what there is and what it costs, not how it is wired: settings is not granted.
grant select (tool, lane, titles, credit_cost, max_attempts, timeout, expires_after, effect, is_enabled,
  priority, min_priority, max_priority) on public.tools to authenticated;
grant select on public.tools to service_role;

create policy "signed-in users see enabled tools" on public.tools for select to authenticated
  using ((select private.is_here()) and is_enabled);
