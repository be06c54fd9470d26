//! References inside a text: 本条例第九条, 前款, 第十二条至第十五条, 《X》第九条.
//!
//! A bare 第十条 means the regulation it stands in, but after 《X》第九条 in the same clause it means X;
//! the clause ends at a full stop or a semicolon. Where a text can be read both ways nothing is
//! linked: a wrong link misleads, a missing one does not.

mod scan;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    ops::Range,
};

use chrono::NaiveDate;
use store::Store;

use super::{Address, ProvisionRow, VersionRow, read};
use crate::{
    error::Result,
    search::names::{Names, in_force},
};

/// A reference that could be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Byte range of its words in the node's own text.
    pub range: Range<usize>,
    /// The regulation it leads to.
    pub regulation_id: String,
    /// Label of the version it leads to.
    pub version: String,
    /// The place; `None`: the regulation as a whole.
    pub address: Option<Address>,
    /// 《X》第九条
    pub label: String,
}

/// How many references a text has and how many of them lead somewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// References to an article or to a part of one.
    pub found: usize,
    /// Those that lead to a provision that is there.
    pub resolved: usize,
}

/// The references of each node of `version`, in the order of `nodes`. A reference to the same
/// regulation leads to the same version; one to another regulation to its version in force on `day`.
/// Reads the addresses of the other regulations in one go, whatever their number.
pub async fn references(
    store: &Store,
    names: &Names,
    version: &VersionRow,
    nodes: &[ProvisionRow],
    day: NaiveDate,
) -> Result<(Vec<Vec<Reference>>, Tally)> {
    let mentions: Vec<Vec<scan::Mention>> =
        nodes.iter().map(|node| scan::mentions(names, &version.regulation_id, &node.address, &node.own_text)).collect();
    let others: BTreeSet<usize> = mentions.iter().flatten().filter_map(|it| it.entry).collect();
    let in_force: HashMap<usize, _> =
        others.into_iter().filter_map(|at| in_force(names.entry(at), day).map(|it| (at, it))).collect();
    let ids: Vec<String> = in_force.values().map(|it| it.version_id.clone()).collect();
    let addresses = read::addresses(store, &ids).await?;
    let own: HashSet<Address> = nodes.iter().map(|it| it.address.clone()).collect();
    let nothing = HashSet::new();
    let mut tally = Tally::default();
    let follow = |mention: scan::Mention| {
        tally.found += usize::from(mention.asked.is_some() || mention.lost);
        let (regulation_id, label, title, there) = match mention.entry {
            None => (&version.regulation_id, &version.label, &version.title, &own),
            Some(at) => {
                let other = in_force.get(&at)?;
                let there = addresses.get(&other.version_id).unwrap_or(&nothing);
                (&names.entry(at).regulation_id, &other.label, &other.title, there)
            }
        };
        let address = match &mention.asked {
            Some(asked) => Some(asked.readings().into_iter().find(|it| there.contains(it))?),
            None if mention.entry.is_some() && !mention.lost => None,
            None => return None,
        };
        tally.resolved += usize::from(address.is_some());
        let place = address.as_ref().map(Address::label).unwrap_or_default();
        Some(Reference {
            range: mention.range,
            regulation_id: regulation_id.clone(),
            version: label.clone(),
            label: format!("《{title}》{place}"),
            address,
        })
    };
    let mut follow = follow;
    let found = mentions.into_iter().map(|of_node| of_node.into_iter().filter_map(&mut follow).collect()).collect();
    Ok((found, tally))
}
