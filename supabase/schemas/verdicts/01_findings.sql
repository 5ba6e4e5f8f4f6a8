-- Verdicts: why a job stands where it stands. Nobody has to guess: every link of the chain from the click to the screen
-- is looked at, and what is found is told in order, the cause before what it causes.
--
-- A *finding* is what one link says of one job: a code, since when, the evidence. Each link has a file that finds and a
-- file with its words; neither knows the other links. A *verdict* is a finding with its place in the order: level first
-- (error, warn, wait, info, ok), then the place of its code in the chain. What was looked at and is not the reason is
-- told last, as ruled out, with the evidence for that.
--
--   machinery (10) ─ waiting (20) ─ publishing (30) ─ running (40) ─ ended (50) ─ screens (60)   find
--   ops.diagnose (70)      all of it, for an operator
--   public.why (80)        the same codes in words for the job's owner, and no raw data
--   private.verdicts (90)  what was found minute by minute, so that yesterday can be explained
--
-- Findings only read, by indexes and by what the machinery notes of itself; they lock nothing and change nothing. What
-- is inferred from measurements is said only while these are fresh; else the finding is that they are stale.

create type private.finding as (
  code text, level text, subject text, since timestamptz, detail text, evidence jsonb, clears text,
  expected_at timestamptz, repair_sql text, ruled_out boolean);
comment on type private.finding is
  'What a link of the chain says of a job. level and clears: null for those of the code''s word. expected_at: when it '
  'is likely to be over. repair_sql: the statement that mends it, if one does. ruled_out: it was looked at and is not '
  'so.';

create function private.finding(
  p_code text, p_detail text, p_evidence jsonb default '{}', p_since timestamptz default null,
  p_expected_at timestamptz default null, p_subject text default null, p_repair_sql text default null,
  p_level text default null, p_clears text default null
) returns private.finding
language sql immutable set search_path = '' as $$
  select (p_code, p_level, p_subject, p_since, p_detail, jsonb_strip_nulls(p_evidence), p_clears, p_expected_at,
    p_repair_sql, false)::private.finding
$$;
comment on function private.finding(
  text, text, jsonb, timestamptz, timestamptz, text, text, text, text) is
  'A finding. p_detail: one sentence in English for an operator; p_subject: what it is about, such as a lane or an '
  'account; p_level, p_clears: where they are not those of the code''s word.';
revoke execute on function private.finding(
  text, text, jsonb, timestamptz, timestamptz, text, text, text, text) from public;

create function private.not_so(p_code text, p_detail text, p_evidence jsonb default '{}', p_subject text default null)
returns private.finding
language sql immutable set search_path = '' as $$
  select (p_code, 'ok', p_subject, null, p_detail, jsonb_strip_nulls(p_evidence), null, null, null, true
    )::private.finding
$$;
comment on function private.not_so(text, text, jsonb, text) is
  'A finding that rules a reason out: p_detail says what was seen instead.';
revoke execute on function private.not_so(text, text, jsonb, text) from public;

create type private.verdict_word as (
  code text, place integer, level text, clears text, action text, en text[], pt_br text[]);
comment on type private.verdict_word is
  'What a code means: its place in the chain; its usual level (ok, info, wait, warn, error) and who clears it '
  '(by_itself, by_you: the owner, by_operator, by_provider, never); what an operator can do, null: nothing; and up to '
  'three sentences for the owner in each language: is something wrong, does it clear by itself and when, can I do '
  'something.';
