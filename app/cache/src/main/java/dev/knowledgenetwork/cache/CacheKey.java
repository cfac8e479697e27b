package dev.knowledgenetwork.cache;

/**
 * The name of one value. Two tenants never share a key: a colon within a part is escaped.
 *
 * @param dataClass the class of the value
 * @param tenant who owns it
 * @param id which one it is, within class and tenant
 */
record CacheKey(String dataClass, String tenant, String id) {

  /** The key in L2: {@code v{version}:{class}:{tenant}:{id}}. */
  String text(String version) {
    return "v"
        + escape(version)
        + ':'
        + escape(dataClass)
        + ':'
        + escape(tenant)
        + ':'
        + escape(id);
  }

  private static String escape(String part) {
    if (part.indexOf(':') < 0 && part.indexOf('%') < 0) {
      return part;
    }
    return part.replace("%", "%25").replace(":", "%3A");
  }
}
