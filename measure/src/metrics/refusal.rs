//! Precision, recall and F1 of a yes-or-no decision: to refuse, or to say that the texts don't answer.
//!
//! Each case gives the numerator and denominator that it adds to the sum over cases; the sums then are the
//! figures of the whole, for F1 too: Σ 2TP over Σ (2TP + FP + FN) is the harmonic mean of precision and
//! recall.
//!
//! Source: Manning, Raghavan and Schütze, “Introduction to Information Retrieval”, 2008, section 8.3; van
//! Rijsbergen, “Information Retrieval”, 1979, for F.

use crate::run::Fraction;

/// What one case adds to the three figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// True positives over positives said.
    pub precision: Fraction,
    /// True positives over positives due.
    pub recall: Fraction,
    /// Twice the true positives over twice these and both kinds of mistakes.
    pub f1: Fraction,
}

/// `due`: the case has to be refused; `done`: it was. A case that was neither adds nothing.
pub fn decision(due: bool, done: bool) -> Decision {
    let count = |yes: bool| if yes { 1.0 } else { 0.0 };
    let hit = count(due && done);
    Decision {
        precision: Fraction::new(hit, count(done)),
        recall: Fraction::new(hit, count(due)),
        f1: Fraction::new(2.0 * hit, count(due) + count(done)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_over_cases_are_precision_recall_and_f1_by_hand() {
        // TP 3, FP 1, FN 2, TN 4.
        let cases = [vec![(true, true); 3], vec![(false, true)], vec![(true, false); 2], vec![(false, false); 4]];
        let mut sums = [Fraction::default(); 3];
        for (due, done) in cases.concat() {
            let it = decision(due, done);
            sums[0] += it.precision;
            sums[1] += it.recall;
            sums[2] += it.f1;
        }
        assert_eq!(sums, [Fraction::new(3.0, 4.0), Fraction::new(3.0, 5.0), Fraction::new(6.0, 9.0)]);
        let (precision, recall) = (0.75, 0.6);
        let harmonic = 2.0 * precision * recall / (precision + recall);
        assert!((sums[2].num / sums[2].den - harmonic).abs() < 1e-12);
        assert_eq!(decision(false, false).f1.value(), None);
    }
}
