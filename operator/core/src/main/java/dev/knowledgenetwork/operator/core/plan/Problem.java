package dev.knowledgenetwork.operator.core.plan;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * Why an object is not what its spec asks for. One place turns a problem into a condition, an event
 * and a metric. The message is for a person and says what to do next.
 */
public sealed interface Problem {

  /** As a condition carries it. */
  Reason reason();

  /** One or two sentences: what is wrong, what to do. Never the text of an exception. */
  String message();

  /** Only a change of the spec helps; nothing is retried until then. What runs goes on. */
  record InvalidSpec(Reason reason, String field, String message) implements Problem {

    /** The field, where there is one, and the message. */
    public String text() {
      return field.isEmpty() ? message : field + ": " + message;
    }

    /** All of them as one sentence, for a person. */
    public static String sentence(List<InvalidSpec> violations) {
      String text =
          violations.stream()
              .map(each -> each.text().replaceFirst("\\.$", ""))
              .collect(joining("; "));
      return text.endsWith("?") ? text : text + ".";
    }
  }

  /** Something else must happen first; an event will wake us. */
  record WaitingFor(Reason reason, String message) implements Problem {}

  /**
   * The cluster does not serve an API that the spec asks for. Everything else is planned as if it
   * had not been asked for; an event tells when the API comes.
   */
  record Unserved(Reason reason, String message) implements Problem {}

  /**
   * Only a person can get it on, and not by the spec alone. Nothing is retried in a hurry; what
   * runs goes on.
   */
  record Stuck(Reason reason, String message) implements Problem {}

  /**
   * This version of the operator would run it in another way; nothing is rolled before somebody
   * says so.
   */
  record UpdateAvailable(String message) implements Problem {

    @Override
    public Reason reason() {
      return StandardReason.OPERATOR_CHANGED;
    }
  }

  /** Work outside the Kubernetes API failed; it is tried again by itself, later each time. */
  record Failed(Reason reason, String message) implements Problem {}

  /** Likely to pass; the framework retries with back-off. */
  record Transient(Reason reason, String message) implements Problem {}
}
