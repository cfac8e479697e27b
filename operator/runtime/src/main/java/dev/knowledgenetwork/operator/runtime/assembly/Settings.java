package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.observe.Poller.PollTimes;
import java.time.Duration;

/**
 * How an operator is to run.
 *
 * @param namespace the operator's own, where its Lease is
 * @param instance name of this process in Events and in the Lease
 * @param images what it makes pods of
 * @param addresses where databases and caches answer
 * @param pollTimes how often these are asked
 */
public record Settings(
    String namespace, String instance, Images images, Addresses addresses, PollTimes pollTimes) {

  static final String LEASE = "knowledgenetwork-operator";
  static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

  /** How long the API server may take to list what the operator watches. */
  static final Duration SYNC = Duration.ofSeconds(60);
}
