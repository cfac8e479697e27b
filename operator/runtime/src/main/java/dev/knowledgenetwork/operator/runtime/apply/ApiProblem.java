package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.workload.Advice;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says what an answer of the API server means for the owner, in the words of whoever refused: the
 * API server itself, a quota, an admission policy. Such words may quote values of the object, which
 * is why those about a Secret are not passed on, but for what cannot hold a value.
 */
public final class ApiProblem {

  /** Some answers print a whole object. Reasons stand at the end of them, fields at the begin. */
  private static final int LONGEST = 600;

  private static final String AGAIN = "It is tried again.";

  /** What the API server says of Secrets and ConfigMaps that somebody made so. */
  private static final String IMMUTABLE = "field is immutable when `immutable` is set";

  private static final Pattern WEBHOOK =
      Pattern.compile("admission webhook \"([-.\\w]+)\" denied the request.*", Pattern.DOTALL);
  private static final Pattern QUOTA =
      Pattern.compile("secrets \"[-.\\w]+\" is forbidden: (exceeded quota: [-.\\w,/:= ]+)");

  private ApiProblem() {}

  /** What it means that a write of that object was refused. */
  public static Problem of(KubernetesClientException failure, Reference object) {
    String words = words(failure, object);
    return switch (failure.getCode()) {
      case 404 ->
          new Problem.Transient(
              ApplyReason.NAMESPACE_MISSING,
              "The namespace or the API of " + object + " is not there yet.");
      case 409 ->
          new Problem.Transient(
              ApplyReason.CONFLICT,
              object + " was changed by someone else meanwhile; it is tried again.");
      case 422 ->
          new Problem.InvalidSpec(
              ApplyReason.CHANGE_REFUSED,
              fields(failure),
              "The API server refuses the change of "
                  + object
                  + words
                  + (isImmutable(failure)
                      ? madeAnew(object)
                      : " What runs goes on. Take the change back, or make a new object."));
      case 403 -> forbidden(failure, object, words);
      case 400 ->
          new Problem.Transient(
              ApplyReason.CHANGE_REFUSED,
              "The API server or an admission policy refuses " + object + words + " " + AGAIN);
      default ->
          new Problem.Transient(
              ApplyReason.API_UNAVAILABLE,
              "The API server did not take " + object + words + " " + AGAIN);
    };
  }

  /** What it means that the API server does not delete what is no longer planned. */
  static Problem ofDeletion(KubernetesClientException failure, Reference object) {
    return switch (failure.getCode()) {
      case 400, 403, 422 ->
          new Problem.Stuck(
              ApplyReason.DELETION_REFUSED,
              object
                  + " is no longer needed, and the API server or an admission policy refuses to"
                  + " delete it"
                  + words(failure, object)
                  + " All else goes on.");
      default -> of(failure, object);
    };
  }

  private static boolean isImmutable(KubernetesClientException failure) {
    return causes(failure).stream()
        .anyMatch(cause -> Objects.toString(cause.getMessage(), "").contains(IMMUTABLE));
  }

  private static String madeAnew(Reference object) {
    return " It was made immutable by hand, and what reads it keeps the old content. Delete it, and"
        + " it is made anew: kubectl -n %s delete %s %s."
            .formatted(object.namespace(), object.kind().toLowerCase(Locale.ROOT), object.name());
  }

  private static Problem forbidden(
      KubernetesClientException failure, Reference object, String words) {
    if (causes(failure).stream().anyMatch(c -> "NamespaceTerminating".equals(c.getReason()))) {
      return new Problem.WaitingFor(
          ApplyReason.NAMESPACE_TERMINATING,
          "The namespace is being deleted; nothing more is made in it.");
    }
    return words.contains("exceeded quota")
        ? new Problem.Transient(
            ApplyReason.QUOTA_EXCEEDED,
            "A quota leaves no room for "
                + object
                + words
                + Advice.on(object.namespace(), words, 1).map(next -> " " + next + ".").orElse("")
                + " "
                + AGAIN)
        : new Problem.Transient(
            ApplyReason.FORBIDDEN, "The API server forbids " + object + words + " " + AGAIN);
  }

  /** What follows the name of the object: a colon and the words, or a full stop. */
  private static String words(KubernetesClientException failure, Reference object) {
    // Without a status nobody answered: the text is then that of a Java exception.
    String message =
        Optional.ofNullable(failure.getStatus()).map(Status::getMessage).orElse("").strip();
    String told = object.kind().equals("Secret") ? harmless(failure, message) : message;
    String line = shortened(told.replaceAll("[\\p{Cntrl}\\s]+", " "));
    return line.isEmpty() ? "." : ": " + line + (line.endsWith(".") ? "" : ".");
  }

  private static String harmless(KubernetesClientException failure, String message) {
    Matcher webhook = WEBHOOK.matcher(message);
    if (webhook.matches()) {
      return "admission webhook \"" + webhook.group(1) + "\" denied the request";
    }
    Matcher quota = QUOTA.matcher(message);
    if (quota.matches()) {
      return quota.group(1);
    }
    return causes(failure).stream()
        .map(
            cause ->
                Stream.of(cause.getField(), cause.getReason())
                    .filter(Objects::nonNull)
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(": ")))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String shortened(String line) {
    return line.length() <= LONGEST
        ? line
        : line.substring(0, LONGEST / 2) + " … " + line.substring(line.length() - LONGEST / 2);
  }

  private static String fields(KubernetesClientException failure) {
    return causes(failure).stream()
        .map(StatusCause::getField)
        .filter(Objects::nonNull)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static List<StatusCause> causes(KubernetesClientException failure) {
    return Optional.ofNullable(failure.getStatus())
        .map(Status::getDetails)
        .map(StatusDetails::getCauses)
        .orElse(List.of());
  }
}
