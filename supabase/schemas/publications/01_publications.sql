-- Publications: what a job of the lane `publication` is beside a job: a post that is made visible once, with one
-- connection, or of which nobody knows.
--
-- A publication is prepared (safe to repeat), committed (the one call that makes it visible) and observed (safe to
-- repeat). What preparing has come to are facts, which lie here rather than on the attempt: they outlive a wait. The
-- commit is an attempt's submit: it passes the checkpoint of the worker room, counted and fenced by the attempt's
-- token, and is never repeated but after the platform has said twice that there is nothing. From then on nothing but
-- the platform's word ends it as failed: whatever else ends it, ends it as `outcome_unknown`, its price due, and
-- somebody who looks says whether it is there (public.resolve_publication).
--
-- The line. Of a connection's publications at most one, its front, is ready or has an open attempt; a unique index says
-- so. The others are held: their job's run_at is its own end, so that dispatch never sees them, however many they are.
-- Two triggers keep every way into and out of it: before a job is written, one that would be ready without being the
-- front is held instead (keep_line); after it, the front that has ended or waits for a time leaves, and its connection
-- is noted in private.freed_connections (follow_job). Whoever dispatches takes those notes and lets the next of each
-- line go to its front, unless private.connection_hold has a reason why not; what ends such a reason notes it again.
--
-- Slots. The five slots of the lane are for what is worked on. A publication that is put off, because its platform is
-- at it or because it is looked for later, gives its slot back (private.rest) and takes one again with its next turn
-- (private.seat): so a platform that keeps everybody waiting keeps nobody else.
--
-- A job of the lane whose input names no connection is an ordinary job: it has no row here and is in no line.
--
-- Locks: job → slot → attempt → publication → credit account (see the dispatch room), then those of the room
-- connections. Whoever writes a publication has its job locked, but for the reason why it is held, which waits for
-- nobody. Whoever lets a line go on waits for nothing: it tries the connection's advisory lock, and leaves the note to
-- the next one where somebody else has it.

create table public.publications (
  job_id uuid primary key references public.jobs (id) on delete cascade,
  group_id uuid not null,
  -- No foreign keys to these two: a create would wait for whoever changes the connection, who may wait for it.
  user_id uuid not null,
  connection_id uuid not null,
  platform text not null,
  fingerprint bytea not null,
  line text not null,
  hold text,
  priority smallint not null,
  ticket bigint not null,
  steps jsonb not null default '[]',
  facts jsonb not null default '{}',
  facts_until timestamptz,
  committed_at timestamptz,
  post_id text,
  permalink text,
  warnings jsonb not null default '[]',
  unknown_at timestamptz,
  resolved text,
  resolved_at timestamptz,
  resolved_by uuid,
  resolved_how text,
  created_at timestamptz not null default now(),
  wants_slot boolean not null default false,
  constraint platforms_are_the_seven
    check (platform in ('tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin')),
  constraint a_line_has_four_places check (line in ('scheduled', 'held', 'front', 'done')),
  constraint only_what_is_held_says_why check (hold is null or line = 'held'),
  constraint steps_are_an_array check (jsonb_typeof(steps) = 'array'),
  constraint facts_are_an_object check (jsonb_typeof(facts) = 'object'),
  constraint warnings_are_an_array check (jsonb_typeof(warnings) = 'array'),
  constraint only_what_was_committed_is_unknown check (unknown_at is null or committed_at is not null),
  constraint only_what_is_unknown_is_resolved check (resolved is null or unknown_at is not null),
  constraint it_is_there_or_it_is_not check (resolved in ('there', 'not_there')),
  constraint what_is_resolved_says_how check (
    (resolved is null) = (resolved_at is null) and (resolved is null) = (resolved_how is null)
    and resolved_how in ('user', 'operator', 'platform', 'time'))
) with (fillfactor = 80);

create unique index one_at_a_time_per_connection on public.publications (connection_id) where line = 'front';
-- Who is next with this connection?
create index publications_held on public.publications (connection_id, priority desc, ticket, job_id)
  where line = 'held';
-- Was the same published there lately?
create index publications_by_content on public.publications (connection_id, fingerprint, created_at);
-- What did I publish, and with what?
create index publications_by_user on public.publications (user_id, created_at desc, job_id desc);
create index publications_by_group on public.publications (group_id);
-- Of which does nobody know?
create index publications_unknown on public.publications (unknown_at) where unknown_at is not null and resolved is null;

-- Who is due again and found no slot?
create index publications_that_want_a_slot on public.publications (job_id) where wants_slot;

alter table public.publications enable row level security;
revoke all on public.publications from anon, authenticated, service_role;

comment on table public.publications is 'What is published with which connection, and what it has come to there.';
comment on column public.publications.group_id is 'All that were enqueued together have the same.';
comment on column public.publications.fingerprint is 'Of connection, option, caption and media: the same content.';
comment on column public.publications.line is
  'Where it stands among those of its connection: scheduled (it waits for a time), held (for its turn), front (it is '
  'ready, or under way), done.';
comment on column public.publications.hold is
  'Why it is held: connection_busy (another is under way), reconnect_needed, revoked, limited, posting_limit or '
  'platform_paused; null: nobody has looked yet, or it is not held.';
comment on column public.publications.priority is 'Its job''s, as is the ticket: the order of the line.';
comment on column public.publications.ticket is 'Its job''s place in the lane''s fair order.';
comment on column public.publications.steps is
  'Array of {"step": prepare, commit or observe, "name", "timestamp", …details}; the same one over again is one '
  'entry with its number (times).';
comment on column public.publications.facts is
  'What preparing has come to, such as the names of uploads and containers. Granted to nobody.';
comment on column public.publications.facts_until is 'Until when the facts are good; null: nobody says.';
comment on column public.publications.committed_at is
  'When the call that makes it visible was allowed last; null: never.';
comment on column public.publications.post_id is
  'The post''s id at its platform, or the name by which its outcome is asked for.';
comment on column public.publications.warnings is 'What is odd about it though it is there: [{"code", "message"}].';
comment on column public.publications.unknown_at is
  'When its job ended with nobody knowing whether it is there; null: somebody knows.';
comment on column public.publications.resolved is
  'What somebody who looked has said since: there or not_there. Null: nobody has, and it counts as there.';
comment on column public.publications.resolved_by is 'The user who said so; null: an operator, the platform, or time.';
comment on column public.publications.wants_slot is
  'It gave its slot to others while it was put off, is due again and found none: the next free one is kept for it.';
comment on column public.publications.resolved_how is 'Who said so: user, operator, platform, or time (nobody has).';

grant select (job_id, group_id, user_id, connection_id, platform, line, hold, steps, facts_until, committed_at, post_id,
  permalink, warnings, unknown_at, resolved, resolved_at, resolved_by, resolved_how, created_at)
  on public.publications to authenticated, service_role;

create policy "users see their own publications" on public.publications for select to authenticated
  using (user_id = (select private.caller()));
create policy "admins see all publications" on public.publications for select to esteira_admin
  using ((select private.is_admin()));
