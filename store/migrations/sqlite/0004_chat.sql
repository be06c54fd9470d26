-- Conversations: who may ask from where, what was asked and answered, and the streams of the answers.

-- Host pages and programs that the assistant may be used from. The server's own pages need no row.
create table channel (
    code         text primary key,          -- stands in the page: letters, digits, - and _
    name         text not null,
    origins      text not null,             -- JSON array of https://host[:port]; empty: nobody
    user_secret  text not null,             -- signs the users of the host page; never leaves the host's server
    greeting     text not null default '',
    minute_limit bigint,                    -- questions a minute and a day; null: as configured
    day_limit    bigint,
    enabled      boolean not null,
    created_at   text not null,
    updated_at   text not null
);

-- Keys for programs. Only the hash is kept.
create table api_key (
    id         text primary key,
    channel    text not null references channel (code),
    name       text not null,
    prefix     text not null,               -- the first characters, to recognise it by
    hash       text not null unique,        -- SHA-256, hex
    created_at text not null,
    revoked_at text
);

create table conversation (
    id         text primary key,
    channel    text not null,
    owner      text not null,               -- v:… visitor, u:… signed user, k:… API key
    title      text not null,
    favourite  boolean not null,
    last_seq   bigint not null,             -- number of the newest event
    created_at text not null,
    updated_at text not null,
    deleted_at text
);
create index conversation_owner on conversation (owner, updated_at, id);

-- One question with its answer. Questions are masked before they come here.
create table turn (
    id              text primary key,
    conversation_id text references conversation (id),  -- null: a single question
    command_id      text,                   -- chosen by the client: the same command asks once
    channel         text not null,
    owner           text not null,
    question        text not null,
    condensed       text,                   -- as understood, where that differs
    category        text,
    asked_at        text not null,
    as_of           text,
    status          text not null,          -- running | done | stopped | failed
    lease_until     text not null,          -- a running turn past it has lost its process
    state           text,                   -- grounded | no_match | unavailable | needs_human
    answer          text,                   -- JSON
    first_ms        bigint,                 -- until the first words
    total_ms        bigint,
    feedback        text,                   -- JSON
    first_seq       bigint not null,
    last_seq        bigint not null
);
create unique index turn_command on turn (conversation_id, command_id);
create index turn_asked on turn (asked_at);

-- The streams, so that a cut one goes on. Swept a day after the turn has ended.
create table turn_event (
    conversation_id text not null,
    seq             bigint not null,
    turn_id         text not null,
    at              text not null,
    event           text not null,          -- JSON
    primary key (conversation_id, seq)
);
create index turn_event_at on turn_event (at);

-- Questions counted by subject (address, visitor, channel) and window (a minute, a day).
create table rate_window (
    subject text not null,
    start   text not null,
    used    bigint not null,
    primary key (subject, start)
);
create index rate_window_start on rate_window (start);

-- Keys of the installation's own, made at first start and shared by all its processes.
create table secret (
    name  text primary key,
    value text not null
);

-- What was answered before there were conversations.
insert into turn (id, channel, owner, question, asked_at, as_of, status, lease_until, state, answer, first_seq, last_seq)
    select id, channel, '', question, asked_at, as_of, 'done', asked_at, state, answer, 0, 0 from answer_log;
drop table answer_log;
