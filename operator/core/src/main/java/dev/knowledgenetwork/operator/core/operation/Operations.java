package dev.knowledgenetwork.operator.core.operation;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.core.plan.Target;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The operations that a kind has, and how they go on together. A pass: those that are due begin;
 * the {@link Arbiter} says which may go on; each of these says what is next. Pure.
 */
public final class Operations<C> {

  /** A step follows from the one before at once, where nothing outside must happen first. */
  private static final int STEPS_A_PASS = 8;

  /**
   * With it a plan is not whole, so that what an operation would need no more is not pruned yet.
   */
  private static final Problem AWAITED =
      new Problem.WaitingFor(
          StandardReason.FIRST_ANSWERS, "The first answers of databases and others are awaited.");

  private final Map<String, Operation<C>> byType;

  /** Those that a kind has. */
  public Operations(List<Operation<C>> all) {
    this.byType = all.stream().collect(toMap(Operation::type, identity()));
  }

  /** The annotations by which people ask for some of them, by type. */
  public SortedMap<String, String> asked() {
    SortedMap<String, String> asked = new TreeMap<>();
    byType.forEach(
        (type, operation) -> operation.annotation().ifPresent(key -> asked.put(type, key)));
    return asked;
  }

  /** Asks for what is in the way of each bid; empty where it may go on. */
  public interface Grants extends Function<List<Bid>, Map<Bid, Optional<Bid>>> {}

  /**
   * One object, as its operations see it.
   *
   * @param parts what operations work at
   * @param before what the status says of operations
   * @param intent what is wanted of each
   * @param awaited some first answer is still out: then no operation begins or goes on to another
   *     step, for what is not known yet is easily taken for what is not so
   */
  public record Pass<C>(
      Parts<C> parts,
      List<OperationState> before,
      Function<OperationState, Intent> intent,
      boolean awaited,
      Instant now) {}

  private record Entry<C>(Operation<C> operation, Target target, C context, OperationState state) {

    Step step() {
      return new Step(state.step(), state.data());
    }

    Bid bid() {
      return Operations.bid(operation, target, state);
    }
  }

  /**
   * What all operations want now. An object of which nothing is known, or that is left alone, bids
   * for nothing: what it was granted is free for others, and its operations stay as they are.
   */
  public Round round(Pass<C> pass, Grants grants) {
    if (!pass.parts().known()) {
      grants.apply(List.of());
      return Round.none(pass.before());
    }
    Optional<Problem> unknown = pass.before().stream().flatMap(this::unknown).findFirst();
    if (unknown.isPresent()) {
      grants.apply(List.of());
      return new Round(
          pass.before(), Holds.none(), List.of(), List.of(), List.of(unknown.orElseThrow()));
    }
    List<OperationState> entries = new ArrayList<>(orphans(pass));
    List<Entry<C>> active = new ArrayList<>();
    pass.parts()
        .contexts()
        .forEach(
            (target, context) ->
                byType.values().stream()
                    .map(operation -> entry(operation, target, context, pass))
                    .flatMap(Optional::stream)
                    .forEach(
                        entry -> {
                          if (entry.state().phase().isOver()) {
                            entries.add(entry.state());
                          } else {
                            active.add(entry);
                          }
                        }));
    return turns(entries, active, pass, grants);
  }

  /**
   * What operations of an object were granted, as far as its status tells: those that run.
   *
   * @param owner the object
   */
  public List<Bid> standing(Target owner, List<OperationState> states) {
    return states.stream()
        .filter(state -> state.phase() == OperationPhase.RUNNING)
        .filter(state -> unknown(state).findAny().isEmpty())
        .map(state -> bid(byType.get(state.type()), owner.part(state.target()), state))
        .toList();
  }

  /** The parts of which something may be away now because of what goes on there. */
  public Set<String> disturbed(List<OperationState> states) {
    return states.stream()
        .filter(state -> state.phase() == OperationPhase.RUNNING)
        .filter(state -> byType.containsKey(state.type()))
        .filter(state -> byType.get(state.type()).disturbs(new Step(state.step(), state.data())))
        .map(OperationState::target)
        .collect(toSet());
  }

  private static Bid bid(Operation<?> operation, Target target, OperationState state) {
    return new Bid(
        operation.type(),
        target,
        operation.rank(),
        operation.claims(target, new Step(state.step(), state.data())),
        state.phase() == OperationPhase.RUNNING,
        Instant.parse(state.since()));
  }

  private Round turns(
      List<OperationState> entries, List<Entry<C>> active, Pass<C> pass, Grants grants) {
    Map<Bid, Optional<Bid>> verdicts = grants.apply(active.stream().map(Entry::bid).toList());
    List<Hold<?>> holds = new ArrayList<>();
    List<HasMetadata> extra = new ArrayList<>();
    List<Action> actions = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (Entry<C> entry : active) {
      Optional<Bid> blocker = verdicts.getOrDefault(entry.bid(), Optional.empty());
      Intent intent = pass.intent().apply(entry.state());
      if (pass.awaited()) {
        Turn turn = entry.operation().next(entry.context(), entry.step(), intent);
        holds.addAll(turn.holds());
        extra.addAll(turn.extra());
        problems.add(AWAITED);
        // One that is due keeps what it needs, and begins once it can be told what comes of it.
        if (pass.before().contains(entry.state())) {
          entries.add(entry.state());
        }
        continue;
      }
      Turn turn = blocker.isPresent() ? waiting(entry, intent) : turn(entry, intent);
      holds.addAll(turn.holds());
      extra.addAll(turn.extra());
      if (blocker.isEmpty()) {
        actions.addAll(turn.actions());
        problems.addAll(turn.problems());
      }
      String message =
          blocker
              .filter(other -> !turn.phase().isOver())
              .map(other -> "Waits for " + other + ".")
              .orElseGet(turn::message);
      // What nobody asked for is gone with the next pass: its end is told by then.
      entries.add(state(entry.state(), turn.phase(), turn.step(), message, pass.now()));
    }
    entries.sort(Comparator.comparing(OperationState::type).thenComparing(OperationState::target));
    return new Round(entries, new Holds(holds), extra, actions, problems);
  }

  /** Those at parts that are no more: told as withdrawn once, then gone. */
  private static List<OperationState> orphans(Pass<?> pass) {
    Set<String> present =
        pass.parts().contexts().keySet().stream().map(Target::part).collect(toSet());
    return pass.before().stream()
        .filter(state -> !state.phase().isOver() && !present.contains(state.target()))
        .map(
            state ->
                state(
                    state,
                    OperationPhase.WITHDRAWN,
                    new Step(state.step(), state.data()),
                    "The object has no %s any more.".formatted(state.target()),
                    pass.now()))
        .toList();
  }

  /** What it was granted for one step it has for those that need no more. */
  private static <C> Turn turn(Entry<C> entry, Intent intent) {
    Set<Claim> granted = entry.operation().claims(entry.target(), entry.step());
    Step step = entry.step();
    Turn turn = entry.operation().next(entry.context(), step, intent);
    for (int i = 0; i < STEPS_A_PASS && !turn.phase().isOver(); i++) {
      if (turn.step().equals(step)) {
        return turn;
      }
      step = turn.step();
      Set<Claim> needed = new HashSet<>(entry.operation().claims(entry.target(), step));
      needed.removeAll(granted);
      if (!needed.isEmpty()) {
        return turn.queued(step);
      }
      turn = entry.operation().next(entry.context(), step, intent);
    }
    return turn;
  }

  /** Whoever has nothing to do any more, or is given up, need not wait for that. */
  private static <C> Turn waiting(Entry<C> entry, Intent intent) {
    Turn turn = entry.operation().next(entry.context(), entry.step(), intent);
    return turn.phase().isOver() ? turn : turn.queued(entry.step());
  }

  private Optional<Entry<C>> entry(Operation<C> operation, Target target, C context, Pass<C> pass) {
    Optional<OperationState> state =
        pass.before().stream()
            .filter(each -> each.type().equals(operation.type()))
            .filter(each -> each.target().equals(target.part()))
            .findFirst();
    if (state.filter(each -> !each.phase().isOver()).isPresent()) {
      return state.map(known -> new Entry<>(operation, target, context, known));
    }
    return operation
        .begin(context)
        .map(
            due ->
                state
                    .filter(over -> !due.id().isEmpty() && over.id().equals(due.id()))
                    .map(over -> new Entry<>(operation, target, context, over))
                    .orElseGet(
                        () ->
                            new Entry<>(
                                operation, target, context, begun(operation, target, due, pass))));
  }

  private static <C> OperationState begun(
      Operation<C> operation, Target target, Beginning due, Pass<C> pass) {
    return new OperationState(
        operation.type(),
        target.part(),
        due.id(),
        OperationPhase.WAITING,
        due.step().name(),
        text(pass.now()),
        "",
        due.step().data());
  }

  private static OperationState state(
      OperationState before, OperationPhase phase, Step step, String message, Instant now) {
    boolean same = before.step().equals(step.name()) && before.phase() == phase;
    return new OperationState(
        before.type(),
        before.target(),
        before.id(),
        phase,
        step.name(),
        same ? before.since() : text(now),
        message,
        step.data());
  }

  private Stream<Problem> unknown(OperationState state) {
    Operation<C> operation = byType.get(state.type());
    boolean known = operation != null && operation.steps().contains(state.step());
    return known || state.phase().isOver()
        ? Stream.empty()
        : Stream.of(
            new Problem.InvalidSpec(
                StandardReason.OPERATION_UNKNOWN,
                "status.operations",
                "%s of %s is at step %s, which this version of the operator does not know. Nothing is changed: run the version that began it."
                    .formatted(state.type(), state.target(), state.step())));
  }

  private static String text(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
