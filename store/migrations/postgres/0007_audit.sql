-- The audit log: rows are only ever added, each bound to the one before it by an SM3 hash.
create table audit_log (
    seq         bigint primary key,         -- dense, from 1
    form        bigint not null,            -- version of the text that is hashed
    at          timestamptz not null,
    actor_id    text,                       -- null: nobody was logged in, or a job of the system's own
    actor_role  text,
    actor_org   text,
    ip          text,
    device      text,
    action      text not null,
    object_type text not null,
    object_id   text,                       -- null: many at once, or none yet
    changes     text not null,              -- JSON, as it was written (jsonb would reorder it): its bytes are hashed
    reason      text,
    result      text not null,              -- success | refused | failed
    trace_id    text,
    prev_hash   text not null,
    hash        text not null
);
create index audit_log_object on audit_log (object_type, object_id, at, seq);
create index audit_log_actor on audit_log (actor_id, at, seq);
create index audit_log_action on audit_log (action, at, seq);
create index audit_log_at on audit_log (at, seq);

-- The end of the chain. Who appends locks this row, so that the chain can't fork. Half-empty pages
-- let its many versions stay on one page, outside of any index.
create table audit_head (
    id   bigint primary key check (id = 1),
    seq  bigint not null,
    hash text not null
) with (fillfactor = 10);
insert into audit_head (id, seq, hash)
values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

create function audit_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end
$$;

-- An entry that doesn't follow the head is refused; one that does becomes the head.
create function audit_follow() returns trigger language plpgsql as $$
begin
    update audit_head set seq = new.seq, hash = new.hash
    where id = 1 and seq = new.seq - 1 and hash = new.prev_hash;
    if not found then raise exception 'an audit entry follows the head'; end if;
    return null;
end
$$;

-- The head stays (that is how it is locked) or moves on to the entry that follows it.
create function audit_head_guard() returns trigger language plpgsql as $$
begin
    if new = old then return new; end if;
    perform 1 from audit_log l
    where new.id = old.id and new.seq = old.seq + 1 and l.seq = new.seq and l.hash = new.hash and l.prev_hash = old.hash;
    if not found then raise exception 'the audit head follows the log'; end if;
    return new;
end
$$;

create trigger audit_log_update before update on audit_log for each row execute function audit_refuse();
create trigger audit_log_delete before delete on audit_log for each row execute function audit_refuse();
create trigger audit_log_truncate before truncate on audit_log execute function audit_refuse();
create trigger audit_log_follow after insert on audit_log for each row execute function audit_follow();
create trigger audit_head_update before update on audit_head for each row execute function audit_head_guard();
create trigger audit_head_delete before delete on audit_head for each row execute function audit_refuse();
create trigger audit_head_truncate before truncate on audit_head execute function audit_refuse();
