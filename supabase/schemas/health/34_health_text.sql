create function private.report_text(p_line private.report_line) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case p_line.section
    when 'summary' then format(E'# %s\n\n%s', replace(upper(left(p_line.code, 1)) || substr(p_line.code, 2), '_', ' '),
      p_line.detail)
    when 'cause' then format('%s. **%s** (%s)%s: %s%s', p_line.place, p_line.code, p_line.level,
      coalesce(', ' || p_line.subject, ''), p_line.detail, concat(
        case when p_line.count > 0 then ' Jobs: ' || p_line.count || '.' end,
        ' Clears ' || replace(p_line.clears, '_', ' ') || '.', E'\n   - ' || p_line.action,
        E'\n   - `' || p_line.repair_sql || '`'))
    when 'recommendation' then concat(p_line.detail, E'\n\n```sql\n' || p_line.repair_sql || E'\n```')
    else format('- %s%s: %s', p_line.code, coalesce(', ' || p_line.subject, ''), p_line.detail) end;
end
$$;
comment on function private.report_text(private.report_line) is 'A line of the report in Markdown.';
revoke execute on function private.report_text(private.report_line) from public;

create function ops.health_report_text() returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    with lines as (
      select h.section, private.report_text(h) as text, row_number() over () as n from ops.health_report() h
    ), sections as (
      select t.n, concat(t.title, string_agg(l.text, E'\n' order by l.n)) as text
      from (values (1, 'summary', null), (2, 'cause', E'## Causes, in order\n\n'),
        (3, 'recommendation', E'## Recommended\n\n'), (4, 'metric', E'## Measured\n\n'),
        (5, 'excluded', E'## Looked at, and not the reason\n\n')) t (n, section, title)
      join lines l using (section) group by t.n, t.title)
    select string_agg(s.text, E'\n\n' order by s.n) from sections s);
end
$$;
comment on function ops.health_report_text() is 'ops.health_report as a page of Markdown, to be posted or read.';
revoke execute on function ops.health_report_text() from public;
