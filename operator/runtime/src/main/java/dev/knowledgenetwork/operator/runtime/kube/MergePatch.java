package dev.knowledgenetwork.operator.runtime.kube;

import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** How the operator patches what server-side apply cannot express, in its own name. */
public final class MergePatch {

  /** A JSON merge patch by the operator's field manager. */
  public static final PatchContext CONTEXT =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager(Labels.OPERATOR)
          .build();

  private MergePatch() {}
}
