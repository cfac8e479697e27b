package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.plan.Reason;

/** Why an action could not be done. */
enum ActionReason implements Reason {
  ACTION_FAILED,
  INTERRUPTED,
  PATRONI_REFUSED,
  POD_NOT_REPLACED,
  PREPARATION_FAILED,
  START_NOT_BEGUN_ANEW,
  SWITCHOVER_REFUSED,

  /** The schema knows its text: spec.storage.size may be set back then. */
  VOLUME_EXPANSION_REFUSED,
  VOLUME_NOT_EXPANDED
}
