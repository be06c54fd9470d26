//! Means, percentiles, intervals and tests, all seeded: the same figures give the same bits everywhere.
//!
//! A figure of many cases is Σ numerators over Σ denominators; a mean is the case where every
//! denominator is 1. Cases whose denominator is 0 say nothing and are left out before anything is drawn.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::run::Fraction;

/// The seed of every drawing.
pub const SEED: u64 = 20_261_101;
/// How often cases are drawn again for an interval.
pub const RESAMPLES: usize = 1000;
/// How often pairs are swapped for a test.
pub const ROUNDS: usize = 10_000;

/// The figure of one case in two runs: before, after.
pub type Pair = (Fraction, Fraction);

/// The mean; `None` for no values.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The nearest-rank percentile of sorted values: the smallest one that at least `percent` of 100 don't
/// exceed. `None` for no values.
///
/// Source: Hyndman and Fan, “Sample quantiles in statistical packages”, 1996, definition 1.
pub fn percentile(sorted: &[f64], percent: f64) -> Option<f64> {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// Σ numerators over Σ denominators, not yet divided.
pub fn total<'a>(cases: impl IntoIterator<Item = &'a Fraction>) -> Fraction {
    let mut sum = Fraction::default();
    for case in cases {
        sum += *case;
    }
    sum
}

/// The percentile bootstrap's 95 % interval of Σnum/Σden for each column of cases: the cases are drawn
/// again 1,000 times with replacement, and the 2.5 and 97.5 percentiles of the figures are the bounds.
/// `None` for a column that says nothing.
///
/// Columns are worked out together because they share the drawn numbers; each gets what it would get alone.
///
/// Source: Efron and Tibshirani, “An Introduction to the Bootstrap”, 1993, chapter 13.
pub fn intervals(columns: &[Vec<Fraction>]) -> Vec<Option<[f64; 2]>> {
    resampled(&columns.iter().map(|cases| Column::single(cases)).collect::<Vec<_>>())
}

/// [`intervals`] of one column.
pub fn interval(cases: &[Fraction]) -> Option<[f64; 2]> {
    resampled(&[Column::single(cases)])[0]
}

/// The paired bootstrap's 95 % interval of the difference (after − before) of two figures over the same
/// cases, for each column: both figures of a case are drawn together, so that what makes a case hard
/// cancels out.
///
/// Source: Sakai, “Evaluating evaluation metrics based on the bootstrap”, SIGIR 2006.
pub fn difference_intervals(columns: &[Vec<Pair>]) -> Vec<Option<[f64; 2]>> {
    resampled(&columns.iter().map(|pairs| Column::paired(pairs)).collect::<Vec<_>>())
}

/// [`difference_intervals`] of one column.
pub fn difference_interval(pairs: &[Pair]) -> Option<[f64; 2]> {
    resampled(&[Column::paired(pairs)])[0]
}

/// The paired permutation test's two-sided p: the share of `rounds` random swaps of before and after,
/// case by case, whose difference is at least as large as the one observed, itself counted in:
/// (hits + 1) / (rounds + 1). 1 where nothing differs; `None` where one side says nothing.
///
/// Source: Smucker, Allan and Carterette, “A comparison of statistical significance tests for
/// information retrieval evaluation”, CIKM 2007; the correction: Phipson and Smyth, 2010.
pub fn permutation(pairs: &[Pair], rounds: usize) -> Option<f64> {
    let before = total(pairs.iter().map(|it| &it.0));
    let after = total(pairs.iter().map(|it| &it.1));
    let observed = (after.value()? - before.value()?).abs();
    let swaps = Swaps::new(pairs);
    if swaps.groups == 0 {
        return Some(1.0);
    }
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut bits = vec![0_u8; swaps.groups];
    let mut hits = 0_usize;
    for _ in 0..rounds {
        random.fill_bytes(&mut bits);
        let moved = swaps.sum(&bits);
        let before = Fraction::new(before.num + moved.num, before.den + moved.den);
        let after = Fraction::new(after.num - moved.num, after.den - moved.den);
        // A swap that leaves one side without a denominator can't be told from the observed one.
        let difference = after.value().zip(before.value()).map_or(f64::INFINITY, |(a, b)| (a - b).abs());
        // Sums in another order differ in their last bits.
        hits += usize::from(difference >= observed - 1e-12);
    }
    Some((hits + 1) as f64 / (rounds + 1) as f64)
}

/// What swapping moves from one side to the other, for every choice among eight pairs at once: a round
/// looks up one sum for eight pairs.
struct Swaps {
    groups: usize,
    nums: Vec<f64>,
    /// Empty where no swap changes a denominator.
    dens: Vec<f64>,
}

impl Swaps {
    fn new(pairs: &[Pair]) -> Self {
        // Equal pairs move nothing, whichever way they lie.
        let moves: Vec<(f64, f64)> = pairs
            .iter()
            .map(|(before, after)| (after.num - before.num, after.den - before.den))
            .filter(|it| it.0 != 0.0 || it.1 != 0.0)
            .collect();
        let table = |values: Vec<f64>| values.chunks(8).flat_map(subset_sums).collect::<Vec<f64>>();
        let dens =
            if moves.iter().all(|it| it.1 == 0.0) { Vec::new() } else { table(moves.iter().map(|it| it.1).collect()) };
        Self { groups: moves.len().div_ceil(8), nums: table(moves.iter().map(|it| it.0).collect()), dens }
    }

    fn sum(&self, bits: &[u8]) -> Fraction {
        let of = |table: &[f64]| table.chunks_exact(256).zip(bits).map(|(sums, bits)| sums[usize::from(*bits)]).sum();
        Fraction::new(of(&self.nums), of(&self.dens))
    }
}

/// The sums of all 256 subsets of up to eight values; the bits of the index choose.
fn subset_sums(values: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; 256];
    for choice in 1..256_usize {
        let lowest = choice.trailing_zeros() as usize;
        sums[choice] = sums[choice & (choice - 1)] + values.get(lowest).copied().unwrap_or(0.0);
    }
    sums
}

/// Cases in the form that is quickest to draw from.
enum Column {
    Nothing,
    /// Every case has this value: so has every resample.
    Same(f64),
    /// All denominators are 1.
    Mean(Vec<f64>),
    Ratio(Vec<Fraction>),
    Difference(Vec<Pair>),
}

impl Column {
    fn single(cases: &[Fraction]) -> Self {
        let told: Vec<Fraction> = cases.iter().copied().filter(|it| it.den > 0.0).collect();
        if told.iter().all(|it| same(it.den, 1.0)) {
            return Self::mean(told.iter().map(|it| it.num).collect());
        }
        Self::Ratio(told)
    }

    fn paired(pairs: &[Pair]) -> Self {
        let told: Vec<Pair> = pairs.iter().copied().filter(|it| it.0.den > 0.0 || it.1.den > 0.0).collect();
        if told.iter().all(|it| same(it.0.den, 1.0) && same(it.1.den, 1.0)) {
            return Self::mean(told.iter().map(|it| it.1.num - it.0.num).collect());
        }
        Self::Difference(told)
    }

    fn mean(values: Vec<f64>) -> Self {
        match values.first() {
            None => Self::Nothing,
            Some(first) if values.iter().all(|it| same(*it, *first)) => Self::Same(*first),
            Some(_) => Self::Mean(values),
        }
    }

    /// How many cases are drawn.
    fn drawn(&self) -> usize {
        match self {
            Self::Nothing | Self::Same(_) => 0,
            Self::Mean(values) => values.len(),
            Self::Ratio(cases) => cases.len(),
            Self::Difference(pairs) => pairs.len(),
        }
    }

    /// The figure of one resample.
    fn figure(&self, numbers: &[u8]) -> Option<f64> {
        let places = places(numbers, self.drawn());
        match self {
            Self::Nothing => None,
            Self::Same(value) => Some(*value),
            Self::Mean(values) => Some(places.map(|place| values[place]).sum::<f64>() / values.len() as f64),
            Self::Ratio(cases) => total(places.map(|place| &cases[place])).value(),
            Self::Difference(pairs) => {
                let (mut before, mut after) = (Fraction::default(), Fraction::default());
                for place in places {
                    before += pairs[place].0;
                    after += pairs[place].1;
                }
                Some(after.value()? - before.value()?)
            }
        }
    }
}

/// Equal to the last bit.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}

/// `count` places below `count`, four random bytes each: the high half of the product (Lemire, 2019),
/// whose bias of count / 2³² no interval shows.
fn places(numbers: &[u8], count: usize) -> impl Iterator<Item = usize> + '_ {
    numbers.chunks_exact(4).take(count).map(move |it| {
        let number = u32::from_le_bytes([it[0], it[1], it[2], it[3]]);
        ((u64::from(number) * count as u64) >> 32) as usize
    })
}

fn resampled(columns: &[Column]) -> Vec<Option<[f64; 2]>> {
    let longest = columns.iter().map(Column::drawn).max().unwrap_or(0);
    let mut numbers = vec![0_u8; longest * 4];
    let mut figures: Vec<Vec<f64>> = vec![Vec::with_capacity(RESAMPLES); columns.len()];
    for resample in 0..RESAMPLES {
        // Each resample has a stream of its own, so a column doesn't depend on how long the others are.
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        random.set_stream(resample as u64);
        random.fill_bytes(&mut numbers);
        for (column, figures) in columns.iter().zip(&mut figures) {
            figures.extend(column.figure(&numbers));
        }
    }
    figures
        .into_iter()
        .map(|mut figures| {
            figures.sort_by(f64::total_cmp);
            Some([percentile(&figures, 2.5)?, percentile(&figures, 97.5)?])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ones(values: &[f64]) -> Vec<Fraction> {
        values.iter().copied().map(Fraction::of_one).collect()
    }

    #[test]
    fn percentiles_and_means_by_hand() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!([50.0, 95.0, 99.0, 100.0].map(|p| percentile(&values, p)), [100.0, 190.0, 198.0, 200.0].map(Some));
        assert_eq!(percentile(&[7.0], 0.0), Some(7.0));
        assert_eq!((percentile(&[], 50.0), mean(&[])), (None, None));
        assert_eq!(mean(&[1.0, 2.0, 6.0]), Some(3.0));
        // (1 + 0 + 2) / (2 + 1 + 3) = 0.5, not the mean of 0.5, 0 and 2/3.
        let cases = [Fraction::new(1.0, 2.0), Fraction::new(0.0, 1.0), Fraction::new(2.0, 3.0)];
        assert_eq!(total(&cases).value(), Some(0.5));
    }

    #[test]
    fn the_interval_is_seeded_and_as_wide_as_theory_says() {
        // 400 values, half 0 and half 1: standard error 0.5 / sqrt(400) = 0.025, so about 0.5 ± 0.049.
        let cases: Vec<Fraction> = (0..400).map(|i| Fraction::of_one(f64::from(i % 2))).collect();
        let [low, high] = interval(&cases).expect("an interval");
        assert!((low - 0.451).abs() < 0.008 && (high - 0.549).abs() < 0.008, "{low} {high}");
        assert_eq!(interval(&cases).map(|it| it.map(f64::to_bits)), Some([low, high].map(f64::to_bits)));
        assert_eq!(interval(&ones(&[0.25; 9])), Some([0.25; 2]));
        assert_eq!((interval(&[]), interval(&[Fraction::default()])), (None, None));
    }

    #[test]
    fn a_column_gets_the_same_bits_alone_and_in_company() {
        let short: Vec<Fraction> = (0..40).map(|i| Fraction::of_one(f64::from(i % 3) / 2.0)).collect();
        let long: Vec<Fraction> = (0..90).map(|i| Fraction::new(f64::from(i % 2), f64::from(1 + i % 4))).collect();
        assert_eq!(intervals(&[short.clone(), long.clone()]), [interval(&short), interval(&long)]);
        // A denominator of 0 says nothing and moves no draw.
        let mut padded = vec![Fraction::default()];
        padded.extend(long.iter().copied());
        assert_eq!(interval(&padded), interval(&long));
    }

    #[test]
    fn the_difference_is_drawn_in_pairs() {
        // Each case gains exactly 0.1: the single figures vary, the difference doesn't.
        let pairs: Vec<Pair> =
            (0..100).map(|i| (Fraction::new(f64::from(i), 100.0), Fraction::new(f64::from(i) + 10.0, 100.0))).collect();
        let [low, high] = difference_interval(&pairs).expect("an interval");
        assert!((low - 0.1).abs() < 1e-9 && (high - 0.1).abs() < 1e-9, "{low} {high}");
        // 100 of 400 cases go from 0 to 1: 0.25 ± 1.96 · sqrt(0.25 · 0.75 / 400) = 0.25 ± 0.042.
        let pairs: Vec<Pair> =
            (0..400).map(|i| (Fraction::of_one(0.0), Fraction::of_one(f64::from(u8::from(i % 4 == 0))))).collect();
        let [low, high] = difference_interval(&pairs).expect("an interval");
        assert!((low - 0.208).abs() < 0.008 && (high - 0.292).abs() < 0.008, "{low} {high}");
        assert_eq!(difference_interval(&[(Fraction::of_one(1.0), Fraction::default())]), None);
    }

    #[test]
    fn p_by_hand() {
        let pair = |before, after| (Fraction::of_one(before), Fraction::of_one(after));
        // Five pairs that all gain 1: of 32 swaps only "none" and "all" are as far apart: 2/32 = 0.0625.
        let p = permutation(&[pair(0.0, 1.0); 5], ROUNDS).expect("p");
        assert!((p - 0.0625).abs() < 0.01, "{p}");
        assert_eq!(permutation(&[pair(0.0, 1.0); 5], ROUNDS).map(f64::to_bits), Some(p.to_bits()));
        // Gains 3, 1, 1: |±3 ±1 ±1| ≥ 5 in 2 of 8.
        let p = permutation(&[pair(0.0, 3.0), pair(0.0, 1.0), pair(1.0, 2.0)], ROUNDS).expect("p");
        assert!((p - 0.25).abs() < 0.02, "{p}");
        // 40 gains of 40: no swap of 10,000 comes near, so 1 / 10,001.
        assert_eq!(permutation(&[pair(0.0, 1.0); 40], ROUNDS), Some(1.0 / 10_001.0));
        assert_eq!(permutation(&[pair(0.5, 0.5); 9], ROUNDS), Some(1.0));
        assert_eq!(permutation(&[(Fraction::default(), Fraction::of_one(1.0))], ROUNDS), None);
    }

    #[test]
    fn denominators_are_swapped_too() {
        // Before 1/1 and 0/3 (1/4), after 0/1 and 3/3 (3/4). Swapping one pair: 0/1 + 0/3 against
        // 1/1 + 3/3, a difference of 1, which is more than 0.5; both or none: 0.5. All count: p = 1.
        let pairs =
            [(Fraction::new(1.0, 1.0), Fraction::new(0.0, 1.0)), (Fraction::new(0.0, 3.0), Fraction::new(3.0, 3.0))];
        assert_eq!(permutation(&pairs, 1000), Some(1.0));
        // 2/4 against 2/2, and 0/0 against 1/1: after 3/3, before 2/4, observed 0.5. Swapping the first
        // only: before 2/2, after 3/5, 0.4: less. Swapping the second only: before 3/5, after 2/2: 0.4,
        // less. Both: 0.5. So half of the swaps count.
        let pairs =
            [(Fraction::new(2.0, 4.0), Fraction::new(2.0, 2.0)), (Fraction::default(), Fraction::new(1.0, 1.0))];
        let p = permutation(&pairs, ROUNDS).expect("p");
        assert!((p - 0.5).abs() < 0.02, "{p}");
    }
}
