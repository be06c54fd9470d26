-- The audit log: rows are only ever added, each bound to the one before it by an SM3 hash.
create table audit_log (
    seq         integer primary key,        -- dense, from 1; integer so that nothing else fits in
    form        bigint not null,            -- version of the text that is hashed
    at          text not null,
    actor_id    text,                       -- null: nobody was logged in, or a job of the system's own
    actor_role  text,
    actor_org   text,
    ip          text,
    device      text,
    action      text not null,
    object_type text not null,
    object_id   text,                       -- null: many at once, or none yet
    changes     text not null,              -- JSON, as it was written: its bytes are hashed
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

-- The end of the chain. Who appends locks this row, so that the chain can't fork.
create table audit_head (
    id   bigint primary key check (id = 1),
    seq  bigint not null,
    hash text not null
);
insert into audit_head (id, seq, hash)
values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

create trigger audit_log_update before update on audit_log
begin select raise(abort, 'the audit log is append-only'); end;
create trigger audit_log_delete before delete on audit_log
begin select raise(abort, 'the audit log is append-only'); end;
-- "insert or replace" deletes without asking the trigger above; it can't pass this one.
create trigger audit_log_insert before insert on audit_log
when not exists (select 1 from audit_head h where h.seq = new.seq - 1 and h.hash = new.prev_hash)
begin select raise(abort, 'an audit entry follows the head'); end;
create trigger audit_log_follow after insert on audit_log
begin update audit_head set seq = new.seq, hash = new.hash where id = 1; end;

-- The head stays (that is how it is locked) or moves on to the entry that follows it.
create trigger audit_head_update before update on audit_head
when not (new.id = old.id and new.seq = old.seq and new.hash = old.hash) and not exists (
    select 1 from audit_log l
    where new.id = old.id and new.seq = old.seq + 1 and l.seq = new.seq and l.hash = new.hash and l.prev_hash = old.hash)
begin select raise(abort, 'the audit head follows the log'); end;
create trigger audit_head_delete before delete on audit_head
begin select raise(abort, 'the audit head follows the log'); end;
create trigger audit_head_insert before insert on audit_head
when exists (select 1 from audit_head)
begin select raise(abort, 'the audit head follows the log'); end;
