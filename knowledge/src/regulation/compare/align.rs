//! Which article of the older version became which of the newer.

use std::collections::HashMap;

use super::Unit;

/// Least likeness of a pair. Two articles on different matters of one regulation share formulas such
/// as 由…负责 and 按照有关规定; on real versions they stay below 0.3.
const LEAST: f32 = 0.34;
/// What standing at the same place is worth: decides among pairs that are about equally alike.
const PLACE: f32 = 0.12;
/// What the same number is worth.
const NUMBER: f32 = 0.03;

/// For each new article the old one it came from, with how alike they are (0 to 1).
///
/// Equal texts come first: the one with the same number, else the first that is left. Then the best
/// of all remaining pairs, again and again. This takes an article that moved anywhere, and two that
/// changed places, without letting a weak likeness push a strong one aside.
pub(super) fn pairs(old: &[Unit], new: &[Unit]) -> Vec<Option<(usize, f32)>> {
    let mut pairs: Vec<Option<(usize, f32)>> = vec![None; new.len()];
    let mut taken = vec![false; old.len()];
    pair_equal(old, new, &mut pairs, &mut taken);
    let old_grams: Vec<Grams> = old.iter().map(|it| Grams::of(&it.text)).collect();
    let mut candidates = Vec::new();
    for at in (0..new.len()).filter(|at| pairs[*at].is_none()) {
        let grams = Grams::of(&new[at].text);
        for before in (0..old.len()).filter(|before| !taken[*before]) {
            let alike = old_grams[before].likeness(&grams);
            if alike >= LEAST {
                let score = alike
                    + PLACE * nearness(before, old.len(), at, new.len())
                    + NUMBER * same_number(old, new, before, at);
                candidates.push((score, alike, before, at));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.3, a.2).cmp(&(b.3, b.2))));
    for (_, alike, before, at) in candidates {
        if pairs[at].is_none() && !taken[before] {
            pairs[at] = Some((before, alike));
            taken[before] = true;
        }
    }
    pairs
}

fn pair_equal(old: &[Unit], new: &[Unit], pairs: &mut [Option<(usize, f32)>], taken: &mut [bool]) {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, unit) in old.iter().enumerate() {
        places.entry(unit.text.as_str()).or_default().push(at);
    }
    // Same text and same number before same text alone: a formula may stand in several articles.
    for same_number in [true, false] {
        for (at, unit) in new.iter().enumerate().filter(|(_, unit)| places.contains_key(unit.text.as_str())) {
            if pairs[at].is_some() {
                continue;
            }
            let free = places[unit.text.as_str()]
                .iter()
                .find(|before| !taken[**before] && (!same_number || old[**before].address == unit.address));
            if let Some(before) = free {
                pairs[at] = Some((*before, 1.0));
                taken[*before] = true;
            }
        }
    }
}

/// 1 where both stand at the same share of their version, 0 where one stands first and the other last.
fn nearness(before: usize, old: usize, at: usize, new: usize) -> f32 {
    let share = |index: usize, length: usize| index as f32 / length.max(1) as f32;
    1.0 - (share(before, old) - share(at, new)).abs()
}

fn same_number(old: &[Unit], new: &[Unit], before: usize, at: usize) -> f32 {
    f32::from(u8::from(old[before].address == new[at].address))
}

/// The two-character sequences of a text, sorted, with repetitions.
struct Grams(Vec<(char, char)>);

impl Grams {
    fn of(text: &str) -> Self {
        // Signs and spaces say nothing about the matter.
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut grams: Vec<(char, char)> = chars.windows(2).map(|pair| (pair[0], pair[1])).collect();
        grams.sort_unstable();
        Self(grams)
    }

    /// Twice the shared sequences over all (Dice's coefficient): 0 to 1.
    fn likeness(&self, other: &Self) -> f32 {
        let all = self.0.len() + other.0.len();
        if all == 0 {
            return 0.0;
        }
        let (mut left, mut right, mut shared) = (0, 0, 0);
        while left < self.0.len() && right < other.0.len() {
            match self.0[left].cmp(&other.0[right]) {
                std::cmp::Ordering::Less => left += 1,
                std::cmp::Ordering::Greater => right += 1,
                std::cmp::Ordering::Equal => (left, right, shared) = (left + 1, right + 1, shared + 1),
            }
        }
        (2 * shared) as f32 / all as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_the_share_of_common_sequences() {
        let of = |a, b| Grams::of(a).likeness(&Grams::of(b));
        // 预备 备期 期为 为一 一年 and 预备 备期 期为 为两 两年: 2 × 3 / 10.
        assert!((of("预备期为一年", "预备期为两年") - 0.6).abs() < 1e-6);
        assert!((of("党费，按月", "党费按月") - 1.0).abs() < 1e-6, "signs don't count");
        assert!(of("", "党费").abs() < 1e-6);
    }
}
