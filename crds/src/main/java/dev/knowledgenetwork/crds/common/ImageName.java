package dev.knowledgenetwork.crds.common;

/** References of container images, as specs write them. */
public final class ImageName {

  /** Registry and path, then a tag or a digest or both. */
  public static final String PATTERN =
      "^[a-z0-9][a-zA-Z0-9._/:-]*(:[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127})?(@sha256:[a-f0-9]{64})?$";

  /** Longest reference. */
  public static final int LENGTH = 512;

  private ImageName() {}
}
