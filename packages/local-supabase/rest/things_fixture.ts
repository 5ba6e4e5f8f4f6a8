/** A table for this folder's tests with a column for each kind of filter. */

/** SQL that makes `public.things` and fills it with five rows; grants nothing. */
export const THINGS = `
  create table public.things (
    id int primary key,
    name text,
    score numeric,
    flag boolean,
    tags text[],
    span int4range,
    data jsonb,
    note json,
    words tsvector,
    at timestamptz,
    "odd,name.(x)" text
  );
  insert into public.things values
    (1, 'Ana', 1.50, true, '{a,b}', '[1,5)', '{"k": "x", "n": 1, "list": [{"v": 10}]}', '{"o": 1}',
     to_tsvector('simple', 'fat cat'), '2026-01-01 00:00:00.123456+00', 'one'),
    (2, 'ana', -2, false, '{b,c}', '[5,9)', '{"k": "y", "n": 2}', null, to_tsvector('simple', 'thin rats'),
     '2026-01-02 00:00+00', 'two'),
    (3, 'Ro"b, (Jr.)', 'NaN', null, '{}', 'empty', null, null, null, null, 'three'),
    (4, 'x%y_z*', null, true, null, '[20,)', '[1, 2]', null, null, '2026-01-04 00:00+00', null),
    (5, null, 12345678901234567890.12, false, '{"a,b","c d"}', null, '{"k": null}', null, null,
     '2026-01-05 00:00+00', 'five');
`;
