/** What happens by itself, who sees what, and what is published. */
import { added, changed, dropped, forced, missed, type Mutation } from "./mutation.ts";

export const TRIGGERS_AND_POLICIES: readonly Mutation[] = [
  dropped(
    "a trigger is dropped",
    "drop trigger guard_job on public.jobs",
    "trigger guard_job on public.jobs",
  ),
  changed(
    "a trigger is switched off",
    "alter table public.projects disable trigger projects_are_numbered",
    "trigger projects_are_numbered on public.projects",
    "enabled",
  ),
  changed(
    "a trigger is edited",
    `drop trigger ai_models_are_numbered on public.ai_models;
     create trigger ai_models_are_numbered after update on public.ai_models for each row execute function private.guard_model()`,
    "trigger ai_models_are_numbered on public.ai_models",
    "definition",
  ),
  added(
    "a rule is made",
    "create rule spare as on delete to private.clocks do instead nothing",
    "rule spare on private.clocks",
  ),
  dropped(
    "a policy is dropped",
    `drop policy "users see their own balance" on public.credit_accounts`,
    `policy "users see their own balance" on public.credit_accounts`,
  ),
  changed(
    "a policy is edited",
    `alter policy "signed-in users see enabled tools" on public.tools using (true)`,
    `policy "signed-in users see enabled tools" on public.tools`,
    "using",
  ),
  changed(
    "a policy is for everybody",
    `alter policy "users see their own entries" on public.credit_entries to public`,
    `policy "users see their own entries" on public.credit_entries`,
    "roles",
  ),
  changed(
    "a policy on realtime's messages is edited",
    `alter policy "signed-in users listen to lanes" on realtime.messages using (true)`,
    `policy "signed-in users listen to lanes" on realtime.messages`,
    "using",
  ),
  dropped(
    "a policy on realtime's messages is dropped",
    `drop policy "users listen to their own jobs" on realtime.messages`,
    `policy "users listen to their own jobs" on realtime.messages`,
  ),
  changed(
    "a policy on Storage's objects is edited",
    `alter policy "users upload their own inputs" on storage.objects with check (true)`,
    `policy "users upload their own inputs" on storage.objects`,
    "check",
  ),
  changed(
    "a policy's comment is edited",
    `comment on policy "users delete their own inputs" on storage.objects is 'edited'`,
    `policy "users delete their own inputs" on storage.objects`,
    "comment",
  ),
  changed(
    "a table is published",
    "alter publication supabase_realtime add table public.jobs",
    "publication supabase_realtime",
    "tables",
  ),
  added("a publication is made", "create publication spare", "publication spare"),
  forced(missed(added(
    "an event trigger is made",
    `create function private.on_ddl() returns event_trigger language plpgsql as 'begin end';
     create event trigger spare on ddl_command_end execute function private.on_ddl()`,
    "event_trigger spare",
  ))),
];
