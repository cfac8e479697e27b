package dev.knowledgenetwork.operator.core.plan;

import dev.knowledgenetwork.crds.common.KnApi;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects what is wrong with one object: all of it, in the order in which it is found. */
public final class Violations {

  private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

  private final List<Problem> found = new ArrayList<>();

  /** Everything found so far. */
  public List<Problem> all() {
    return List.copyOf(found);
  }

  /** A violation of a field, with what to write instead. */
  public void refuse(String field, String message) {
    found.add(new Problem.InvalidSpec("InvalidSpec", field, message));
  }

  /** A violation unless the condition holds. */
  public void require(boolean holds, String field, String message) {
    if (!holds) {
      refuse(field, message);
    }
  }

  /** A violation unless the number is one of those from least to most. */
  public void between(String field, int value, int least, int most) {
    require(
        value >= least && value <= most,
        field,
        "use a number from %d to %d".formatted(least, most));
  }

  /** A violation unless names of children, Services among them, can be made from the name. */
  public void name(String name) {
    require(
        name.length() <= KnApi.NAME_LENGTH && NAME.matcher(name).matches(),
        "metadata.name",
        KnApi.NAME_MESSAGE);
  }
}
