package dev.knowledgenetwork.operator.core.kind;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;

/**
 * The next step of taking an object down.
 *
 * @param edits to be made now
 * @param remove to be deleted now; some may be on their way already
 * @param awaited what the step waits for to be gone: what it removes, or what goes with that
 * @param done nothing remains: the finalizer may go
 * @param message for a person: what is being waited for; once done, what stays
 */
public record Removal(
    List<Edit> edits,
    List<HasMetadata> remove,
    List<HasMetadata> awaited,
    boolean done,
    String message) {

  /** Copies the lists. */
  public Removal {
    edits = List.copyOf(edits);
    remove = List.copyOf(remove);
    awaited = List.copyOf(awaited);
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
    return new Removal(List.of(), List.of(), List.of(), true, message);
  }

  /**
   * Something remains.
   *
   * @param until what is true once it is done: {@code the volumes are deleted}
   */
  public static Removal step(List<HasMetadata> remove, String until) {
    return step(remove, remove, until);
  }

  /**
   * Something goes, and more is waited for.
   *
   * @param awaited what is to be gone: what is removed, and what others take away
   * @param until what is true once it is done
   */
  public static Removal step(List<HasMetadata> remove, List<HasMetadata> awaited, String until) {
    return new Removal(List.of(), remove, awaited, false, waiting(until));
  }

  /** Others have to take something away first. */
  public static Removal awaiting(List<HasMetadata> awaited, String until) {
    return step(List.of(), awaited, until);
  }

  /** Something is to be changed before anything goes. */
  public static Removal editing(Edit edit, String until) {
    return new Removal(List.of(edit), List.of(), List.of(), false, waiting(until));
  }

  private static String waiting(String until) {
    return "Waits until " + until + ".";
  }
}
