package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * What people may ask of an object by annotation.
 *
 * @param part what a part of it is called: {@code shard}
 * @param parts names of its parts
 * @param asked the annotations that ask for operations, by the operation's type
 */
public record Requests(String part, List<String> parts, SortedMap<String, String> asked) {

  /** Those of an object that nothing can come of, with what would be understood. */
  public List<Problem> refused(HasMetadata object) {
    List<Problem> refused = new ArrayList<>();
    for (String key : asked.values()) {
      if (Request.isEmpty(object, key)) {
        refused.add(noPart(key, new Request("nothing", "")));
      }
      Request.of(object, key)
          .filter(request -> !parts.contains(request.part()))
          .map(request -> noPart(key, request))
          .ifPresent(refused::add);
    }
    abort(object).ifPresent(refused::add);
    return refused;
  }

  private Problem noPart(String key, Request request) {
    return new Problem.Stuck(
        StandardReason.REQUEST_REFUSED,
        "The annotation %s says %s, which is no %s: use one of %s, or remove it."
            .formatted(key, request.id(), part, String.join(", ", parts)));
  }

  private Optional<Problem> abort(HasMetadata object) {
    return Request.of(object, Annotations.ABORT)
        .map(Request::id)
        .filter(value -> understood().noneMatch(value::equals))
        .map(
            value ->
                new Problem.Stuck(
                    StandardReason.REQUEST_REFUSED,
                    ("The annotation %s says %s. What can be given up so is %s of a %s, as in %s;"
                            + " what follows from the spec is given up by setting the spec back."
                            + " Correct the annotation, or remove it.")
                        .formatted(
                            Annotations.ABORT,
                            value,
                            String.join(" or ", asked.keySet()),
                            part,
                            understood().findFirst().orElse("nothing"))));
  }

  private Stream<String> understood() {
    return asked.keySet().stream().flatMap(type -> parts.stream().map(each -> type + "/" + each));
  }
}
