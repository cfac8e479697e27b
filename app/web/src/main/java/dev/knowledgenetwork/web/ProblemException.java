package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Violation;
import java.util.List;
import java.util.Map;

/** Ends a request with a problem document. Expected, so without a stack trace. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Most violations of an answer: more would help nobody, and be larger than the request. */
  static final int MOST_VIOLATIONS = 100;

  private final ProblemType type;
  private final transient List<Violation> violations;
  private final transient Map<String, String> headers;

  /**
   * Makes a problem.
   *
   * @param type kind of problem
   * @param detail what is wrong; goes to the client
   */
  public ProblemException(ProblemType type, String detail) {
    this(type, detail, List.of(), Map.of());
  }

  private ProblemException(
      ProblemType type, String detail, List<Violation> violations, Map<String, String> headers) {
    super(detail, null, false, false);
    this.type = type;
    this.violations = List.copyOf(violations);
    this.headers = Map.copyOf(headers);
  }

  /** A body that breaks these rules. */
  static ProblemException invalid(List<Violation> violations) {
    int count = violations.size();
    String detail = count + (count == 1 ? " rule is" : " rules are") + " broken; see violations";
    boolean all = count <= MOST_VIOLATIONS;
    return new ProblemException(
        ProblemType.INVALID_RESOURCE,
        all ? detail : detail + ", the first " + MOST_VIOLATIONS + " of them",
        all ? violations : violations.subList(0, MOST_VIOLATIONS),
        Map.of());
  }

  /** The same problem with one more header in the answer. */
  public ProblemException withHeader(String name, String value) {
    return new ProblemException(type, getMessage(), violations, Map.of(name, value));
  }

  /** Kind of problem. */
  public ProblemType type() {
    return type;
  }

  /** Rules that the body breaks; empty where that is not the problem. */
  public List<Violation> violations() {
    return violations;
  }

  Map<String, String> headers() {
    return headers;
  }

  @Override
  public String getMessage() {
    String detail = super.getMessage();
    return detail == null ? type.title() : detail;
  }
}
