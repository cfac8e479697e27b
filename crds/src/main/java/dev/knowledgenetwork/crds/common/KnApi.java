package dev.knowledgenetwork.crds.common;

/** What all kinds share: group, version, the rule for names, paths of printer columns. */
public final class KnApi {

  /** API group. */
  public static final String GROUP = "knowledgenetwork.dev";

  /** API version. */
  public static final String VERSION = "v1alpha1";

  /** Longest name of an object, so that the names of its children stay within 63 characters. */
  public static final int NAME_LENGTH = 40;

  /** CEL: names become names of Services. */
  public static final String NAME_RULE =
      "self.metadata.name.size() <= 40"
          + " && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')";

  /** What is said of a name that breaks the rule. */
  public static final String NAME_MESSAGE =
      "the name must have at most 40 characters, begin with a letter and hold only a-z, 0-9 and -";

  /** Path of the reason of condition Ready. */
  public static final String READY_REASON = ".status.conditions[?(@.type==\"Ready\")].reason";

  /** Path of the message of condition Ready. */
  public static final String READY_MESSAGE = ".status.conditions[?(@.type==\"Ready\")].message";

  /** Path of the status of condition Ready. */
  public static final String READY_STATUS = ".status.conditions[?(@.type==\"Ready\")].status";

  private KnApi() {}
}
