-- All words of a version in one piece, lower case, without white space: what the reader's list searches.
-- One row for each version is read by a filter in a few milliseconds; one row for each article is not.
create table regulation_words (
    version_id  text primary key references regulation_version (id) on delete cascade,
    words       text not null
);
insert into regulation_words (version_id, words)
select v.id, lower(replace(v.title, ' ', '') || char(10) || coalesce(v.doc_no, '') || char(10) ||
    coalesce(v.issuer, '') || char(10) || replace(replace(replace(replace(coalesce(
    (select group_concat(o.own_text, '') from (
        select p.own_text from provision p where p.version_id = v.id order by p.seq) o), ''),
    char(10), ''), char(13), ''), ' ', ''), '　', ''))
from regulation_version v;
