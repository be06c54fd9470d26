-- Runs of the evaluation. A run grows while it is asked, and nothing of it changes once it is finished.
create table eval_run (
    id          text primary key,           -- later ones sort after earlier ones
    plan        text not null,              -- SHA-256 of settings, suites, texts, index, code: the same plan goes on
    started_at  text not null,
    finished_at text,                       -- null: cut off, or still going on
    cases       bigint not null,            -- how many results a finished run has
    fingerprint text,                       -- SHA-256 of the results without times; null while unfinished
    head        text not null               -- JSON, as it was written
);
create index eval_run_started on eval_run (started_at, id);
create index eval_run_plan on eval_run (plan);

create table eval_result (
    run_id  text not null references eval_run (id),
    place   bigint not null,                -- order of suites and cases, from 0
    suite   text not null,
    case_id text not null,
    status  text not null,                  -- judged | skipped | stale | failed
    result  text not null,                  -- JSON, as it was written: its bytes are what the fingerprint is made of
    primary key (run_id, place),
    unique (run_id, suite, case_id)
);

create trigger eval_run_update before update on eval_run when old.finished_at is not null
begin select raise(abort, 'a finished run is immutable'); end;
create trigger eval_run_delete before delete on eval_run when old.finished_at is not null
begin select raise(abort, 'a finished run is immutable'); end;
create trigger eval_result_insert before insert on eval_result
when exists (select 1 from eval_run r where r.id = new.run_id and r.finished_at is not null)
begin select raise(abort, 'a finished run is immutable'); end;
create trigger eval_result_update before update on eval_result
when exists (select 1 from eval_run r where r.id in (old.run_id, new.run_id) and r.finished_at is not null)
begin select raise(abort, 'a finished run is immutable'); end;
create trigger eval_result_delete before delete on eval_result
when exists (select 1 from eval_run r where r.id = old.run_id and r.finished_at is not null)
begin select raise(abort, 'a finished run is immutable'); end;
