//! Which version of a regulation follows which, and when each one holds.
//!
//! Nothing is guessed: where a day is unknown, the effect is [`Effect::Unknown`] until something
//! known decides it.

use chrono::NaiveDate;

use super::version::VersionRow;
use crate::answer::model::Effect;

/// Sorts the versions of one regulation, the oldest first, and sets what follows from their order:
/// `ordinal`, `successor` and `valid_to`.
///
/// Order: by the first day of validity, then by label. A version whose first day is unknown stands
/// before the first version with a greater label. The order of import plays no part.
///
/// `valid_to` is the earlier of the stated day of abolition and the first day of the nearest later
/// version that has one. Where both are missing and the version is known to have ended, it is the
/// day of the import that said so: from then on we know, before that we don't contradict the text.
pub fn arrange(versions: &mut Vec<VersionRow>) {
    sort(versions);
    let (mut successor, mut next_day) = (None, None);
    for (ordinal, version) in versions.iter_mut().enumerate().rev() {
        version.ordinal = ordinal as i64;
        let known = [next_day, version.abolished_on].into_iter().flatten().min();
        version.valid_to = known.or(version.end_learned_on);
        version.successor = successor.replace(version.label.clone());
        next_day = version.effective_on.or(next_day);
    }
}

fn sort(versions: &mut Vec<VersionRow>) {
    let (mut sorted, mut unknown): (Vec<_>, Vec<_>) =
        versions.drain(..).partition(|it: &VersionRow| it.effective_on.is_some());
    sorted.sort_by(|a, b| (a.effective_on, &a.label).cmp(&(b.effective_on, &b.label)));
    unknown.sort_by(|a, b| a.label.cmp(&b.label));
    for version in unknown {
        let place = sorted.iter().position(|it| it.label > version.label).unwrap_or(sorted.len());
        sorted.insert(place, version);
    }
    *versions = sorted;
}

/// Whether `version` holds on `day` (Shanghai's day). `version` comes out of SQL or [`arrange`].
///
/// - Past its end: [`Effect::Amended`] where something took its place, else [`Effect::Abolished`].
/// - Before its first day, or, that being unknown, before it was approved: [`Effect::NotYet`].
///   The day of publication says nothing: published is not effective.
/// - First day unknown, or replaced on an unknown day: [`Effect::Unknown`].
pub fn effect(version: &VersionRow, day: NaiveDate) -> Effect {
    let replaced = version.successor.is_some() || version.superseded_by.is_some();
    if version.valid_to.is_some_and(|end| end <= day) {
        return if replaced { Effect::Amended } else { Effect::Abolished };
    }
    match version.effective_on {
        Some(first) if day < first => Effect::NotYet,
        None if version.approved_on.is_some_and(|approved| day < approved) => Effect::NotYet,
        Some(_) if version.valid_to.is_some() || version.successor.is_none() => Effect::Effective,
        _ => Effect::Unknown,
    }
}

/// [`effect`] as a column `effect` of `regulation_version v`, for the day in `$1`.
macro_rules! effect_sql {
    () => {
        "case when v.valid_to <= $1 and (v.successor is not null or v.superseded_by is not null) then 'amended' \
         when v.valid_to <= $1 then 'abolished' \
         when v.effective_on > $1 then 'not_yet' \
         when v.effective_on is null and v.approved_on > $1 then 'not_yet' \
         when v.effective_on is null or (v.valid_to is null and v.successor is not null) then 'unknown' \
         else 'effective' end as effect"
    };
}
pub(super) use effect_sql;

/// The code of an effect in [`effect_sql`], the same as in JSON.
pub const fn effect_code(effect: Effect) -> &'static str {
    match effect {
        Effect::Effective => "effective",
        Effect::Amended => "amended",
        Effect::Abolished => "abolished",
        Effect::NotYet => "not_yet",
        Effect::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regulation::samples::{day, version};

    fn labels(versions: &[VersionRow]) -> Vec<&str> {
        versions.iter().map(|it| it.label.as_str()).collect()
    }

    #[test]
    fn the_order_of_import_plays_no_part() {
        let days = [("2014", Some("2014-05-28")), ("2018", None), ("2026", Some("2026-05-11"))];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut versions: Vec<_> = order.iter().map(|n| version(days[*n].0, days[*n].1)).collect();
            arrange(&mut versions);
            assert_eq!(labels(&versions), ["2014", "2018", "2026"]);
            assert_eq!(versions[0].valid_to, Some(day("2026-05-11")), "known to be replaced by then at the latest");
            assert_eq!(versions[0].successor.as_deref(), Some("2018"));
            assert_eq!(versions[1].valid_to, Some(day("2026-05-11")));
            assert_eq!((versions[2].valid_to, versions[2].ordinal), (None, 2));
        }
    }

    #[test]
    fn the_first_day_counts_and_the_last_does_not() {
        let mut versions = vec![version("2014", Some("2014-05-28")), version("2026", Some("2026-05-11"))];
        arrange(&mut versions);
        let effects = |date| (effect(&versions[0], day(date)), effect(&versions[1], day(date)));
        assert_eq!(effects("2014-05-27"), (Effect::NotYet, Effect::NotYet));
        assert_eq!(effects("2014-05-28"), (Effect::Effective, Effect::NotYet));
        assert_eq!(effects("2026-05-10"), (Effect::Effective, Effect::NotYet));
        assert_eq!(effects("2026-05-11"), (Effect::Amended, Effect::Effective));
    }

    #[test]
    fn published_is_not_effective() {
        let mut it = version("2026", Some("2026-07-01"));
        it.published_on = Some(day("2026-05-11"));
        assert_eq!(effect(&it, day("2026-06-01")), Effect::NotYet);
    }

    #[test]
    fn abolished_with_and_without_a_successor() {
        let mut alone = vec![version("2018", Some("2018-10-01"))];
        alone[0].abolished_on = Some(day("2024-01-01"));
        arrange(&mut alone);
        assert_eq!(effect(&alone[0], day("2023-12-31")), Effect::Effective);
        assert_eq!(effect(&alone[0], day("2024-01-01")), Effect::Abolished);
        alone[0].superseded_by = Some("2023年修订的同名条例".into());
        assert_eq!(effect(&alone[0], day("2024-01-01")), Effect::Amended);
    }

    #[test]
    fn an_end_without_a_day_is_the_successors_first_day_or_the_day_we_learned_it() {
        let mut old = version("2017", Some("2017-10-24"));
        (old.ended, old.end_learned_on) = (true, Some(day("2026-11-01")));
        let mut versions = vec![old.clone()];
        arrange(&mut versions);
        assert_eq!(versions[0].valid_to, Some(day("2026-11-01")));
        let mut versions = vec![old, version("2022", Some("2022-10-22"))];
        arrange(&mut versions);
        assert_eq!(versions[0].valid_to, Some(day("2022-10-22")));
    }

    #[test]
    fn unknown_days_are_said() {
        let mut it = version("2015", None);
        assert_eq!(effect(&it, day("2026-01-01")), Effect::Unknown);
        it.approved_on = Some(day("2015-10-01"));
        assert_eq!(effect(&it, day("2015-09-30")), Effect::NotYet, "not yet approved, so not yet in force");
        let mut versions = vec![version("2013", Some("2013-01-01")), version("2015", None)];
        arrange(&mut versions);
        assert_eq!(versions[0].valid_to, None);
        assert_eq!(effect(&versions[0], day("2026-01-01")), Effect::Unknown, "replaced, nobody knows when");
    }
}
