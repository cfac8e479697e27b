package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.operator.core.plan.Reason;

/** Why an object could not be brought to what is planned. */
enum ApplyReason implements Reason {
  API_UNAVAILABLE,
  BEING_DELETED,
  CHANGE_REFUSED,
  CONFLICT,
  DELETION_REFUSED,
  FORBIDDEN,
  FOREIGN_ENDPOINTS,
  NAMESPACE_MISSING,
  NAMESPACE_TERMINATING,
  OWNER_GONE,
  QUOTA_EXCEEDED,
  SECRET_SPOILT
}
