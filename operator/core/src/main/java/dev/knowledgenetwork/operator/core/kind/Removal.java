package dev.knowledgenetwork.operator.core.kind;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;

/**
 * The next step of taking an object down.
 *
 * @param edits to be made now
 * @param remove to be deleted now; some may be on their way already
 * @param done nothing remains: the finalizer may go
 * @param message for a person: what is being waited for; once done, what stays
 */
public record Removal(List<Edit> edits, List<HasMetadata> remove, boolean done, String message) {

  /** Copies the lists. */
  public Removal {
    edits = List.copyOf(edits);
    remove = List.copyOf(remove);
  }

  /**
   * A change of an object of ours that outlives this step.
   *
   * @param patch as in RFC 7386
   */
  public record Edit(HasMetadata object, Map<String, Object> patch) {}

  /** Nothing remains. */
  public static Removal complete() {
    return complete("");
  }

  /** Nothing remains to be done. */
  public static Removal complete(String message) {
    return new Removal(List.of(), List.of(), true, message);
  }

  /**
   * Something remains.
   *
   * @param until what is true once it is done: {@code the volumes are deleted}
   */
  public static Removal step(List<HasMetadata> remove, String until) {
    return new Removal(List.of(), remove, false, waiting(until));
  }

  /** Something is to be changed before anything goes. */
  public static Removal editing(Edit edit, String until) {
    return new Removal(List.of(edit), List.of(), false, waiting(until));
  }

  private static String waiting(String until) {
    return "Waits until " + until + ".";
  }
}
