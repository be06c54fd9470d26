-- Regulations: the truth about what a rule says and when it held.
create table regulation (
    id          text primary key,           -- derived from the title, so that re-import finds it again
    title       text not null unique,
    aliases     text not null default '[]', -- JSON list of short names
    created_at  text not null
);

create table regulation_version (
    id             text primary key,        -- <regulation>@<label>
    regulation_id  text not null references regulation (id),
    label          text not null,           -- e.g. 2026; unique within the regulation, stands in permalinks
    title          text not null,
    doc_kind       text not null,           -- regulation | normative_doc | interpretation | law
    authority      text not null,           -- constitution, code, … : see knowledge::regulation::Authority
    issuer         text,
    issuer_level   text,
    doc_no         text,
    approved_on    text,
    published_on   text,
    effective_on   text,
    abolished_on   text,                    -- first day on which it no longer holds
    ended          boolean not null default false, -- known to hold no more, though the day may be unknown
    end_learned_on text,                    -- day of the import that first said so: stands in where no day is known
    superseded_by  text,                    -- what replaced it, in words
    trial          boolean not null default false,
    sample         boolean not null default false, -- a model regulation of ours, marked 示例
    topics         text not null default '[]',
    source_url     text,
    source_format  text not null,
    text_hash      text not null,           -- SHA-256 of the normalised source: equal means nothing to do
    article_count  bigint not null,
    ordinal        bigint not null,         -- derived: place among the versions of its regulation, 0 the oldest
    successor      text,                    -- derived: label of the version after it
    valid_to       text,                    -- derived: first day on which it no longer holds; null: none known
    report         text not null,           -- the import report, JSON
    imported_at    text not null,
    unique (regulation_id, label)
);
create index regulation_version_regulation on regulation_version (regulation_id);

create table provision (
    version_id  text not null references regulation_version (id) on delete cascade,
    seq         bigint not null,            -- order in the text
    kind        text not null,
    address     text not null,              -- a13.p1.i3
    parent      text,                       -- address of the node above
    label       text not null,              -- 第十三条第一款第（三）项
    heading     text not null default '',   -- 第三章　发展对象的确定和考察
    own_text    text not null,              -- the characters of this node alone; in order they are the source
    full_text   text not null,              -- this node and everything below
    primary key (version_id, seq),
    unique (version_id, address)
);

create table document (
    id          text primary key,
    title       text not null,
    body        text not null,
    kind        text not null,
    text_hash   text not null,
    imported_at text not null
);

create table qa_pair (
    id                 text primary key,
    question           text not null,
    similar_questions  text not null default '[]',
    negative_questions text not null default '[]',
    answer             text not null,
    citations          text not null default '[]', -- [{"title":"…","address":"a13"}]
    category           text not null,
    audience           text not null default 'public',
    region             text,
    valid_from         text,
    valid_to           text,
    reviewed_on        text,
    status             text not null default 'published',
    sample             boolean not null default false,
    text_hash          text not null,
    updated_at         text not null
);

-- Questions whose evidence is known without an answer of ours: answered tickets, confirmed turns.
create table known_question (
    id         text primary key,
    question   text not null,
    evidence   text not null,               -- [{"chunk":"…","weight":1.0}]
    updated_at text not null
);

-- What can be retrieved. Derived from the tables above in the same transaction.
create table chunk (
    id          text primary key,           -- from source and content: an unchanged passage keeps it
    kind        text not null,              -- provision | document
    source_id   text not null,              -- regulation_version or document
    address     text,
    seq         bigint not null,
    title       text not null,              -- what stands in front of the text in the index
    text        text not null,
    authority   text not null,
    doc_kind    text not null,
    audience    text not null default 'public',
    region      text,
    valid_from  text,                       -- first day of validity; null: unknown
    valid_to    text                        -- first day after it; null: none known
);
create index chunk_source on chunk (source_id, seq);

-- Everything the indexes are fed from.
create table change_log (
    seq       integer primary key autoincrement,
    entity    text not null,                -- chunk | question
    entity_id text not null,
    op        text not null                 -- upsert | delete
);

create table answer_log (
    id          text primary key,
    asked_at    text not null,
    channel     text not null,
    question    text not null,              -- masked
    as_of       text not null,
    state       text not null,
    answer      text not null,              -- JSON
    feedback    text
);
