package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.operator.core.plan.Reason;

/** What only Events tell: the reasons of conditions and of operations come on top. */
enum EventReason implements Reason {
  CHANGE_REVERTED,
  PRIMARY_CHANGED,
  READY,
  RECOVERED,
  RETAINED,
  SECRET_RENEWED
}
