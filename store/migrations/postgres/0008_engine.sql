-- The organisation tree. Scope is a range over path: everything below 1.12. lies between '1.12.' and '1.12/',
-- so paths are compared byte by byte.
create table party_org (
    id            text primary key,
    no            bigint not null unique,   -- its number in paths, never used again
    org_code      text not null unique,     -- national code
    full_name     text not null,
    short_name    text,
    org_category  text not null,
    parent_id     text references party_org (id),
    path          text collate "C" not null unique,   -- numbers from the root down, each with a full stop
    line_type     text not null,            -- territorial | system
    division_code text not null,            -- where it has its seat
    grid_id       text,
    status        text not null,
    version       bigint not null,
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
create index party_org_parent on party_org (parent_id);
create index party_org_division on party_org (division_code);

-- What happened to each row of the back office. Rows are only ever added.
create table entity_event (
    id          text primary key,           -- in the order of time
    entity      text not null,
    row_id      text not null,
    action      text not null,
    from_status text not null,
    to_status   text not null,
    actor       text not null,
    role        text not null,
    org         text not null,
    comment     text not null,
    at          timestamptz not null
);
create index entity_event_row on entity_event (entity, row_id, id);

-- Keys of requests that were done: the same one again does nothing twice.
create table request_key (
    actor text not null,
    key   text not null,
    hash  text not null,                    -- of the request: another one may not use the key
    at    timestamptz not null,
    primary key (actor, key)
);
create index request_key_at on request_key (at);

create function entity_event_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'the history is append-only';
end $$;
create trigger entity_event_kept before update or delete or truncate on entity_event
for each statement execute function entity_event_is_kept();
