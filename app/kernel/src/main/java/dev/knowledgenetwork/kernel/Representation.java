package dev.knowledgenetwork.kernel;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A resource and the body that shows it, which is made when somebody first wants it and kept: who
 * keeps one of these answers many readers without making it again. All of them want the same body.
 * Thread safe.
 */
public final class Representation {

  private final Resource resource;
  private volatile byte @Nullable [] body;

  /** A representation of a resource that nobody has wanted to see yet. */
  public Representation(Resource resource) {
    this.resource = resource;
  }

  /** What is shown. */
  public Resource resource() {
    return resource;
  }

  /** Of the resource; known without making the body. */
  public long version() {
    return resource.version();
  }

  /**
   * The body; not to be changed.
   *
   * @param view makes it, the same of equal resources
   */
  public byte[] body(Function<Resource, byte[]> view) {
    byte[] made = body;
    if (made == null) {
      made = view.apply(resource);
      body = made;
    }
    return made;
  }
}
