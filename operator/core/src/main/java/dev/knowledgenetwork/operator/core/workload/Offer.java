package dev.knowledgenetwork.operator.core.workload;

/**
 * What this version of the operator would make of a workload, apart from what the spec says.
 *
 * @param part the workload, for a person: {@code the pooler}
 * @param id by which people ask for it; another version or other images, another id
 * @param applied id of what it has; empty before the first time
 */
public record Offer(String part, String id, String applied, Standing standing) {

  /** How the workload stands to it. */
  public enum Standing {
    /** It has it, or is given it with a change of the spec. */
    CURRENT,
    /** It could have it and keeps what it has. */
    HELD,
    /** It is being given it, because somebody asked or the time has come. */
    DUE
  }

  /**
   * For a workload.
   *
   * @param own whether it differs from what it has, and by the operator's own doing
   */
  public static Offer of(String part, String id, String applied, boolean own, Approval approval) {
    if (!own) {
      return new Offer(part, id, applied, Standing.CURRENT);
    }
    return new Offer(part, id, applied, approval.covers(id) ? Standing.DUE : Standing.HELD);
  }

  /** The same, but going on whatever the time, because it has begun. */
  public Offer begun() {
    return new Offer(part, id, applied, Standing.DUE);
  }

  /** Whether the workload keeps what it has. */
  public boolean isHeld() {
    return standing == Standing.HELD;
  }
}
