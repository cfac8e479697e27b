package dev.knowledgenetwork.operator.core.shardset.rules;

import java.util.Optional;

/**
 * Any text. Whether it makes sense (names of time zones, of roles, of columns in {@code
 * log_line_prefix}, lists like {@code DateStyle}) only the server can judge, with what it has
 * installed; so it is asked before the value reaches any file.
 */
record TextRule() implements ValueRule {

  @Override
  public Optional<String> refusal(String value) {
    return Optional.empty();
  }

  @Override
  public Optional<String> loss(String value) {
    return Optional.empty();
  }
}
