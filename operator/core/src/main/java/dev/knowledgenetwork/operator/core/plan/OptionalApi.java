package dev.knowledgenetwork.operator.core.plan;

/**
 * An API that a cluster may or may not serve, and that objects of ours need. Declared beside the
 * feature that needs it and registered in one list; that it comes or goes is noticed.
 *
 * @param group as in {@code monitoring.coreos.com}
 * @param version as in {@code v1}
 * @param kind as in {@code ServiceMonitor}
 * @param plural as in {@code servicemonitors}
 */
public record OptionalApi(String group, String version, String kind, String plural) {

  /** As in an object's {@code apiVersion}. */
  public String apiVersion() {
    return group + "/" + version;
  }

  /** Name of its CustomResourceDefinition. */
  public String definition() {
    return plural + "." + group;
  }
}
