package dev.knowledgenetwork.kernel;

/**
 * Nothing was changed, because of how resources refer to each other. Expected, so without a stack
 * trace.
 */
public final class ReferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What stands in the way. */
  public sealed interface Obstacle {

    /** A field of the change refers to what is not there. */
    record Broken(String field) implements Obstacle {}

    /** By a field of the change the resource would be its own ancestor. */
    record Circular(String field) implements Obstacle {}

    /** Resources of a kind, named by its plural, still refer to what was to be deleted. */
    record InUse(String plural) implements Obstacle {}
  }

  private final transient Obstacle obstacle;

  /** Tells the caller. */
  public ReferenceException(Obstacle obstacle) {
    super(obstacle.toString(), null, false, false);
    this.obstacle = obstacle;
  }

  /** What stands in the way. */
  public Obstacle obstacle() {
    return obstacle;
  }
}
