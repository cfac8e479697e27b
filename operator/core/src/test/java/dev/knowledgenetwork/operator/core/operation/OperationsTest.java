package dev.knowledgenetwork.operator.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OperationsTest {

  private static final Target S0 = new Target("ShardSet", "demo", "kn", "s0");
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Knob<Integer> SIZE = new Knob<>("size", Integer.class, Math::max);

  private record World(String request, boolean filled, boolean sealed) {}

  /** Fills a box, then seals it; keeps its size meanwhile. */
  private static final class Pack implements Operation<World> {

    @Override
    public String type() {
      return "Pack";
    }

    @Override
    public Rank rank() {
      return Rank.OTHER;
    }

    @Override
    public Set<String> steps() {
      return Set.of("Fill", "Seal");
    }

    @Override
    public Optional<Beginning> begin(World world) {
      return world.request().isEmpty()
          ? Optional.empty()
          : Optional.of(new Beginning(world.request(), Step.of("Fill")));
    }

    @Override
    public Set<Claim> claims(Target target, Step step) {
      return Set.of(Claim.exclusive(target));
    }

    @Override
    public boolean disturbs(Step step) {
      return step.name().equals("Seal");
    }

    @Override
    public Turn next(World world, Step step, Intent intent) {
      Hold<Integer> size = new Hold<>(SIZE, S0, 3);
      if (intent == Intent.ABORT) {
        return Turn.failed(step, "Given up.");
      }
      return switch (step.name()) {
        case "Fill" ->
            world.filled()
                ? Turn.at(Step.of("Seal").with("by", "ada"), "Filled.").holding(size)
                : Turn.at(step, "Filling.").holding(size);
        default ->
            world.sealed()
                ? Turn.succeeded(step, "Packed.")
                : Turn.at(step, "Sealing.").holding(size);
      };
    }
  }

  private final Operations<World> operations = new Operations<>(List.of(new Pack()));

  @Test
  void nothingIsDueAndNothingIsKept() {
    Round round = round(new World("", false, false), List.of());

    assertThat(round.entries()).isEmpty();
    assertThat(round.holds().of(SIZE, S0)).isEmpty();
  }

  @Test
  void whatIsDueBeginsAndKeepsWhatItNeeds() {
    Round round = round(new World("s0", false, false), List.of());

    assertThat(round.entries())
        .containsExactly(entry(OperationPhase.RUNNING, "Fill", NOON, "Filling.", Map.of()));
    assertThat(round.holds().of(SIZE, S0)).contains(3);
    assertThat(round.isAhead(List.of())).isTrue();
  }

  @Test
  void aStepThatNeedsNothingFromOutsideFollowsAtOnceAndIsRemembered() {
    Round round =
        round(
            new World("s0", true, false),
            List.of(
                entry(
                    OperationPhase.RUNNING, "Fill", NOON.minusSeconds(60), "Filling.", Map.of())));

    assertThat(round.entries())
        .containsExactly(
            entry(OperationPhase.RUNNING, "Seal", NOON, "Sealing.", Map.of("by", "ada")));
  }

  @Test
  void aStepThatGoesOnKeepsItsTimeSoThatNothingIsWritten() {
    List<OperationState> before =
        List.of(entry(OperationPhase.RUNNING, "Fill", NOON.minusSeconds(60), "Filling.", Map.of()));

    Round round = round(new World("s0", false, false), before);

    assertThat(round.entries()).isEqualTo(before);
    assertThat(round.isAhead(before)).isFalse();
  }

  @Test
  void theResultOfARequestStaysAndTheRequestIsNotDoneAgain() {
    List<OperationState> over =
        round(
                new World("s0", true, true),
                List.of(entry(OperationPhase.RUNNING, "Seal", NOON, "Sealing.", Map.of())))
            .entries();
    assertThat(over).extracting(OperationState::phase).containsExactly(OperationPhase.SUCCEEDED);

    assertThat(round(new World("s0", false, false), over).entries()).isEqualTo(over);
    assertThat(round(new World("", false, false), over).entries()).isEmpty();
    assertThat(round(new World("s0#2", false, false), over).entries())
        .extracting(OperationState::phase)
        .containsExactly(OperationPhase.RUNNING);
  }

  @Test
  void whoMayNotGoOnKeepsItsHoldsAndSaysForWhatItWaits() {
    Bid other = new Bid("Roll", S0, Rank.ROLL, Set.of(), true, NOON);
    Round round =
        operations.round(
            pass(new World("s0", true, false), List.of(), Intent.CONTINUE),
            bids -> Map.of(bids.getFirst(), Optional.of(other)));

    assertThat(round.entries())
        .containsExactly(
            entry(
                OperationPhase.WAITING,
                "Fill",
                NOON,
                "Waits for Roll of ShardSet demo/kn s0.",
                Map.of()));
    assertThat(round.holds().of(SIZE, S0)).contains(3);
  }

  @Test
  void aStepOfAnotherVersionFreezesTheObjectAndSaysSo() {
    List<OperationState> before =
        List.of(entry(OperationPhase.RUNNING, "Wrap", NOON, "", Map.of()));

    Round round = round(new World("s0", true, true), before);

    assertThat(round.entries()).isEqualTo(before);
    assertThat(round.problems())
        .singleElement()
        .isInstanceOf(Problem.InvalidSpec.class)
        .extracting(Problem::message)
        .asString()
        .contains("Pack of s0 is at step Wrap");
  }

  @Test
  void whatWorkedAtAPartThatIsNoMoreIsToldAsWithdrawnOnce() {
    List<OperationState> before =
        List.of(entry(OperationPhase.RUNNING, "Seal", NOON, "Sealing.", Map.of()));
    Operations.Pass<World> gone =
        new Operations.Pass<>(
            Parts.of(Map.of()), before, state -> Intent.CONTINUE, false, NOON.plusSeconds(1));

    Round round = operations.round(gone, bids -> Map.of());

    assertThat(round.isActive()).isFalse();
    assertThat(round.entries())
        .singleElement()
        .extracting(OperationState::phase, OperationState::message)
        .containsExactly(OperationPhase.WITHDRAWN, "The object has no s0 any more.");
    Operations.Pass<World> later =
        new Operations.Pass<>(
            gone.parts(), round.entries(), state -> Intent.CONTINUE, false, NOON.plusSeconds(2));
    assertThat(operations.round(later, bids -> Map.of()).entries()).isEmpty();
  }

  @Test
  void withoutKnowledgeOfTheWorldWhatTheStatusSaysStays() {
    List<OperationState> before =
        List.of(entry(OperationPhase.RUNNING, "Seal", NOON, "Sealing.", Map.of()));

    Round round =
        operations.round(
            new Operations.Pass<World>(
                Parts.unknown(), before, state -> Intent.CONTINUE, false, NOON),
            bids -> Map.of());

    assertThat(round.entries()).isEqualTo(before);
  }

  @Test
  void beforeTheFirstAnswersNothingGoesOnToAnotherStepAndWhatIsHeldStaysHeld() {
    List<OperationState> before =
        List.of(entry(OperationPhase.RUNNING, "Fill", NOON, "Filling.", Map.of()));
    Operations.Pass<World> known = pass(new World("s0", true, false), before, Intent.CONTINUE);
    Operations.Pass<World> awaited =
        new Operations.Pass<>(known.parts(), before, known.intent(), true, NOON);

    assertThat(operations.round(known, bids -> Map.of()).entries()).isNotEqualTo(before);
    Round round = operations.round(awaited, bids -> Map.of());
    assertThat(round.entries()).isEqualTo(before);
    assertThat(round.actions()).isEmpty();
    assertThat(round.holds().of(SIZE, S0)).contains(3);
    Plan plan = new Plan(List.of(), List.of(), List.of(), List.of(), Optional.empty());
    assertThat(round.into(plan).isWhole()).as("nothing is pruned meanwhile").isFalse();
  }

  @Test
  void beforeTheFirstAnswersNothingBeginsAndWhatItNeedsIsKept() {
    Operations.Pass<World> known = pass(new World("s0", false, false), List.of(), Intent.CONTINUE);
    Round round =
        operations.round(
            new Operations.Pass<>(known.parts(), List.of(), known.intent(), true, NOON),
            bids -> Map.of());
    assertThat(round.entries()).isEmpty();
    assertThat(round.holds().of(SIZE, S0)).contains(3);
  }

  @Test
  void whatIsGivenUpEnds() {
    Round round =
        operations.round(
            pass(
                new World("s0", false, false),
                List.of(entry(OperationPhase.RUNNING, "Fill", NOON, "Filling.", Map.of())),
                Intent.ABORT),
            bids -> Map.of());

    assertThat(round.entries())
        .containsExactly(entry(OperationPhase.FAILED, "Fill", NOON, "Given up.", Map.of()));
  }

  @Test
  void whoWaitsAndIsGivenUpNeedNotWaitForThat() {
    Bid other = new Bid("Roll", S0, Rank.ROLL, Set.of(), true, NOON);
    Round round =
        operations.round(
            pass(
                new World("s0", false, false),
                List.of(entry(OperationPhase.WAITING, "Fill", NOON, "", Map.of())),
                Intent.ABORT),
            bids -> Map.of(bids.getFirst(), Optional.of(other)));

    assertThat(round.entries())
        .containsExactly(entry(OperationPhase.FAILED, "Fill", NOON, "Given up.", Map.of()));
  }

  @Test
  void anObjectOfWhichNothingIsKnownLeavesWhatItWasGranted() {
    List<List<Bid>> asked = new ArrayList<>();
    operations.round(
        new Operations.Pass<World>(
            Parts.unknown(),
            List.of(entry(OperationPhase.RUNNING, "Seal", NOON, "Sealing.", Map.of())),
            state -> Intent.CONTINUE,
            false,
            NOON),
        bids -> {
          asked.add(bids);
          return Map.of();
        });
    assertThat(asked).containsExactly(List.of());
  }

  @Test
  void onlyAStepThatRunsAndDisturbsExcusesWhatIsAway() {
    assertThat(
            operations.disturbed(
                List.of(entry(OperationPhase.RUNNING, "Seal", NOON, "", Map.of()))))
        .containsExactly("s0");
    assertThat(
            operations.disturbed(
                List.of(entry(OperationPhase.RUNNING, "Fill", NOON, "", Map.of()))))
        .isEmpty();
    assertThat(
            operations.disturbed(
                List.of(entry(OperationPhase.WAITING, "Seal", NOON, "", Map.of()))))
        .isEmpty();
  }

  private Round round(World world, List<OperationState> before) {
    return operations.round(pass(world, before, Intent.CONTINUE), bids -> Map.of());
  }

  private static Operations.Pass<World> pass(
      World world, List<OperationState> before, Intent intent) {
    return new Operations.Pass<>(Parts.of(Map.of(S0, world)), before, state -> intent, false, NOON);
  }

  private static OperationState entry(
      OperationPhase phase, String step, Instant since, String message, Map<String, String> data) {
    return new OperationState("Pack", "s0", "s0", phase, step, since.toString(), message, data);
  }
}
