package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of a plan when it was applied: found out once, by the applier, and read by whoever
 * judges how far the object is.
 *
 * @param results what happened to each planned object, and to each that was pruned
 * @param problems what stood in the way, in the order in which it was met; empty when all is as
 *     planned
 */
public record Outcome(Map<Reference, Result> results, List<Problem> problems) {

  /** Of a plan that was not applied, as while the object is paused. */
  public static final Outcome NONE = new Outcome(Map.of(), List.of());

  public Outcome {
    results = Map.copyOf(results);
    problems = List.copyOf(problems);
  }

  /** What happened to one object. */
  public sealed interface Result {

    /** It was as planned before. */
    record Unchanged() implements Result {}

    /**
     * It was not there and is now.
     *
     * @param again it was there before, and somebody else deleted it
     */
    record Created(boolean again) implements Result {}

    /** It is planned differently than before and was brought to that. */
    record Applied() implements Result {}

    /**
     * Somebody else had changed it, and it was put right.
     *
     * @param paths JSON pointers of what differed, with names in the place of indices
     */
    record Corrected(List<String> paths) implements Result {
      public Corrected {
        paths = List.copyOf(paths);
      }
    }

    /**
     * A Secret of which keys did not fit what they are made from any more, and were made anew.
     *
     * @param keys of them
     * @param cause what had become of them, as a predicate
     */
    record Renewed(List<String> keys, String cause) implements Result {
      public Renewed {
        keys = List.copyOf(keys);
      }
    }

    /**
     * A Secret that does not fit what it is made from any more and could not be made anew, and why.
     */
    record Outdated(Problem problem) implements Result {}

    /** It is not as planned, and this is why. */
    record Refused(Problem problem) implements Result {}

    /** It may not be as planned, and a later pass will see to it: something must come first. */
    record Postponed() implements Result {}

    /** No longer planned, it was deleted. */
    record Deleted() implements Result {}
  }

  /**
   * Whether the object that was observed before the plan was applied differs from what is planned
   * because of the plan. Drift that was put right is no such change: nothing was asked for.
   */
  public boolean changed(Reference reference) {
    return switch (results.get(reference)) {
      case null -> false;
      case Result.Unchanged unchanged -> false;
      case Result.Corrected corrected -> false;
      case Result.Renewed renewed -> false;
      case Result.Outdated outdated -> false;
      case Result.Deleted deleted -> false;
      case Result.Created created -> true;
      case Result.Applied applied -> true;
      case Result.Refused refused -> true;
      case Result.Postponed postponed -> true;
    };
  }

  /** What happened in one way, by object. */
  public <R extends Result> Map<Reference, R> of(Class<R> way) {
    Map<Reference, R> found = new LinkedHashMap<>();
    results.forEach(
        (reference, result) -> {
          if (way.isInstance(result)) {
            found.put(reference, way.cast(result));
          }
        });
    return found;
  }

  /** Whether the object was found as it is planned. */
  public boolean stood(Reference reference) {
    return results.get(reference) instanceof Result.Unchanged;
  }

  /** Whether an object of that name, or one whose name begins with it and a dash, does. */
  public boolean changed(String name) {
    return results.keySet().stream()
        .filter(each -> each.name().equals(name) || each.name().startsWith(name + "-"))
        .anyMatch(this::changed);
  }

  /** Whether any object differs in that way. */
  public boolean changed() {
    return results.keySet().stream().anyMatch(this::changed);
  }

  /** Collects results while a plan is applied. For one thread. */
  public static final class Builder {

    private final Map<Reference, Result> results = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /** What happened to an object; what was refused counts as a problem. */
    public void put(Reference reference, Result result) {
      results.put(reference, result);
      switch (result) {
        case Result.Refused(Problem problem) -> problems.add(problem);
        case Result.Outdated(Problem problem) -> problems.add(problem);
        default -> {}
      }
    }

    /** Something that stood in the way and concerns no planned object. */
    public void add(Problem problem) {
      problems.add(problem);
    }

    /** Whether nothing stood in the way so far. */
    public boolean clean() {
      return problems.isEmpty();
    }

    /** All of it. */
    public Outcome build() {
      return new Outcome(results, problems);
    }
  }
}
