-- All words of a version in one piece, lower case, without white space: what the reader's list searches.
-- One row for each version is read by a filter in a few milliseconds; one row for each article is not.
create table regulation_words (
    version_id  text primary key references regulation_version (id) on delete cascade,
    words       text not null
);
insert into regulation_words (version_id, words)
select v.id, lower(replace(v.title, ' ', '') || chr(10) || coalesce(v.doc_no, '') || chr(10) ||
    coalesce(v.issuer, '') || chr(10) || regexp_replace(coalesce(
    (select string_agg(p.own_text, '' order by p.seq) from provision p where p.version_id = v.id), ''),
    '\s', '', 'g'))
from regulation_version v;
