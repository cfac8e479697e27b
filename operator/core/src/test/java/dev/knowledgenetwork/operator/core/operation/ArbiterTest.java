package dev.knowledgenetwork.operator.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.Target;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArbiterTest {

  private static final Target SET = new Target("ShardSet", "demo", "kn", "");
  private static final Target S0 = SET.part("s0");
  private static final Target S1 = SET.part("s1");

  @Test
  void operationsAtDifferentPartsGoOnTogether() {
    assertThat(blocked(List.of(bid("Roll", S0), bid("Roll", S1)))).isEmpty();
  }

  @Test
  void theHigherRankGoesFirstAndTheOtherIsToldForWhatItWaits() {
    Bid roll = bid("Roll", S0);
    Bid switchover = bid("Switchover", S0, Rank.SWITCHOVER, false, 5);

    assertThat(Arbiter.decide(List.of(roll, switchover), List.of()))
        .containsEntry(switchover, Optional.empty())
        .containsEntry(roll, Optional.of(switchover));
  }

  @Test
  void whatWasGrantedForAStepStandsAgainstAHigherRank() {
    Bid roll = bid("Roll", S0, Rank.ROLL, true, 0);
    Bid switchover = bid("Switchover", S0, Rank.SWITCHOVER, false, 5);

    assertThat(blocked(List.of(roll, switchover))).containsExactly(switchover);
  }

  @Test
  void ofTheSameRankTheElderGoesFirst() {
    Bid elder = bid("Restart", S0, Rank.ROLL, false, 1);
    Bid younger = bid("Roll", S0, Rank.ROLL, false, 2);

    assertThat(blocked(List.of(younger, elder))).containsExactly(younger);
  }

  @Test
  void aClaimOnTheWholeExcludesItsParts() {
    Bid whole = bid("Restore", SET, Rank.RESTORE, false, 0);

    assertThat(blocked(List.of(bid("Roll", S0), bid("Roll", S1), whole))).hasSize(2);
  }

  @Test
  void whoWaitsKeepsItsPlaceAgainstALowerRank() {
    Bid foreign = bid("Roll", SET.part("roll"), Rank.ROLL, true, 0);
    Bid waiting =
        new Bid(
            "Roll",
            S0,
            Rank.ROLL,
            Set.of(Claim.exclusive(S0), Claim.exclusive(SET.part("roll"))),
            false,
            Instant.EPOCH);
    Bid lower = bid("ScaleIn", S0, Rank.SCALE_IN, false, 0);

    assertThat(Arbiter.decide(List.of(waiting, lower), List.of(foreign)))
        .containsEntry(waiting, Optional.of(foreign))
        .containsEntry(lower, Optional.of(waiting));
  }

  @Test
  void sharedClaimsGoTogetherAndExcludeAnExclusiveOne() {
    Bid one = new Bid("Copy", S0, Rank.OTHER, Set.of(Claim.shared(S0)), true, Instant.EPOCH);
    Bid two = new Bid("Count", S0, Rank.OTHER, Set.of(Claim.shared(S0)), false, Instant.EPOCH);

    assertThat(blocked(List.of(one, two))).isEmpty();
    assertThat(blocked(List.of(one, bid("Roll", S0))))
        .extracting(Bid::type)
        .containsExactly("Roll");
  }

  private static List<Bid> blocked(List<Bid> bids) {
    return Arbiter.decide(bids, List.of()).entrySet().stream()
        .filter(verdict -> verdict.getValue().isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Bid bid(String type, Target target) {
    return bid(type, target, Rank.ROLL, false, 0);
  }

  private static Bid bid(String type, Target target, Rank rank, boolean standing, long second) {
    return new Bid(
        type,
        target,
        rank,
        Set.of(Claim.exclusive(target)),
        standing,
        Instant.ofEpochSecond(second));
  }
}
