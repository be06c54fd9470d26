-- Sensitive words, and what was done where one was found.
create table sensitive_word (
    id          text primary key,
    word        text not null,              -- as the curator wrote it
    folded      text not null unique,       -- what is looked for: guard::words::signature
    level       text not null,              -- block | mask | warn | log
    places      text not null,              -- ingestion|question|answer|reply, joined with |
    category    text not null default '',
    enabled     boolean not null default true,
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);

-- One row: rises with every change of the list, so that other processes see it cheaply.
create table sensitive_word_version (
    id          bigint primary key,
    version     bigint not null
);
insert into sensitive_word_version (id, version) values (1, 0);

create table guard_hit (
    id          text primary key,
    at          timestamptz not null,
    place       text not null,
    level       text not null,              -- what was done: an exempt quotation is only logged
    word_id     text not null,              -- no reference: the word may be taken off the list later
    word        text not null,
    channel     text not null,
    subject     text not null,              -- who or what: a conversation, a document
    excerpt     text not null               -- the words around it, personal data masked
);
create index guard_hit_at on guard_hit (at);
create index guard_hit_subject on guard_hit (channel, subject);
