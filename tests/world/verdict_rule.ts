/**
 * What is true of verdicts whatever happens: an open job has exactly one first verdict, in words that there are; one that has
 * ended has none that says it is waiting.
 */

/** The codes of a job's own end, by their places in the chain. */
const ENDS = "select w.code from private.verdict_words() w where w.place between 700 and 720";

/**
 * SQL for what is wrong with the verdicts on jobs, now: no rows where all is right. Each job is looked at as it is in the same
 * snapshot. One that `ops.diagnose` fails on fails the query.
 * @param which a query of ids of jobs.
 */
export const verdictProblems = (which: string): string => `
  select format('job %s (%s, %s): %s', j.id, j.status, j.current_step, problem) as problem
  from public.jobs j join (${which}) picked (id) on picked.id = j.id,
  lateral (
    select count(*) filter (where v.rank = 1 and not v.ruled_out) as firsts,
      count(*) filter (where v.level is null or v.clears is null and not v.ruled_out or coalesce(v.detail, '') = '') as wordless,
      string_agg(v.code, ', ') filter (where not v.ruled_out and v.level <> 'info'
        and v.code in (select w.code from private.words_of_waiting() w))
        as waiting,
      string_agg(v.code, ', ') filter (where not v.ruled_out and v.code in (${ENDS})) as ends,
      string_agg(v.detail, '; ') filter (where v.code = 'not_looked_at') as faults
    from ops.diagnose(j.id) v) seen,
  lateral (values
    (case when seen.firsts <> 1 then format('%s first verdicts', seen.firsts) end),
    (seen.faults),
    (case when seen.wordless > 0 then format('%s verdicts without words', seen.wordless) end),
    (case when j.status >= 'completed' then 'it has ended and waits: ' || seen.waiting end),
    (case when j.status < 'completed' then 'it is open and has ended: ' || seen.ends end)
  ) problems (problem)
  where problem is not null`;
